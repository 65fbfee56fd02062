/** Wheel, drag and keys of the timeline. */
import { LEFT, msAt, pxPerMs, type Scene } from "./geometry.js";

/** What one key press, and one notch of a wheel, zooms by. */
const KEY_ZOOM = 0.6;
const WHEEL_ZOOM = 0.0016;

/** Part of what is seen that an arrow key moves by. */
const KEY_PAN = 0.15;

/** A drag that is shorter is a click, px. */
const CLICK_PX = 4;

export interface Controlled {
  scene(): Scene;
  redraw(): void;
  /** The pointer is there now; undefined: it has left. */
  hover(at: { x: number; y: number; event: PointerEvent } | undefined): void;
  click(at: { x: number; y: number }): void;
  select(selection: Scene["selection"]): void;
  /** Marks the next call in the order of their starts, or the one before; `failed`: of those that failed. */
  step(by: 1 | -1, failed: boolean): void;
}

export function addControls(canvas: HTMLCanvasElement, controlled: Controlled): void {
  canvas.addEventListener("wheel", (event) => onWheel(event, controlled), { passive: false });
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !onKey(event.key, controlled)) return;
    event.preventDefault();
    controlled.redraw();
  });
  canvas.addEventListener("dblclick", () => {
    controlled.scene().view.reset();
    controlled.redraw();
  });
  addDrag(canvas, controlled);
}

/** All of it seen, the page scrolls on. */
function onWheel(event: WheelEvent, { scene, redraw }: Controlled): void {
  const { view } = scene();
  const isAcross = Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (event.shiftKey || isAcross) view.pan((isAcross ? event.deltaX : event.deltaY) / pxPerMs(scene()));
  else if (view.isWhole && event.deltaY > 0) return;
  else view.zoom(Math.exp(event.deltaY * WHEEL_ZOOM), msAt(scene(), Math.max(LEFT, event.offsetX)));
  event.preventDefault();
  redraw();
}

function onKey(key: string, controlled: Controlled): boolean {
  const { view } = controlled.scene();
  const middle = (view.fromMs + view.toMs) / 2;
  const actions: Record<string, () => void> = {
    ArrowLeft: () => view.pan(-KEY_PAN * view.spanMs),
    ArrowRight: () => view.pan(KEY_PAN * view.spanMs),
    ArrowUp: () => view.scroll(-1),
    ArrowDown: () => view.scroll(1),
    "+": () => view.zoom(KEY_ZOOM, middle),
    "=": () => view.zoom(KEY_ZOOM, middle),
    "-": () => view.zoom(1 / KEY_ZOOM, middle),
    "0": () => view.reset(),
    n: () => controlled.step(1, false),
    p: () => controlled.step(-1, false),
    f: () => controlled.step(1, true),
  };
  actions[key]?.();
  return key in actions;
}

/** A drag moves what is seen; with the shift key, it selects what is to be seen. */
function addDrag(canvas: HTMLCanvasElement, { scene, redraw, hover, click, select }: Controlled): void {
  let drag: { x: number; y: number; fromX: number; moved: number; selects: boolean } | undefined;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    drag = { x: event.offsetX, y: event.offsetY, fromX: event.offsetX, moved: 0, selects: event.shiftKey };
  });
  canvas.addEventListener("pointermove", (event) => {
    const { offsetX: x, offsetY: y } = event;
    if (!drag) return hover({ x, y, event });
    drag.moved = Math.max(drag.moved, Math.abs(x - drag.fromX), Math.abs(y - drag.y));
    if (drag.selects) select({ from: Math.min(drag.fromX, x), to: Math.max(drag.fromX, x) });
    else {
      scene().view.pan((drag.x - x) / pxPerMs(scene()));
      scene().view.scroll((drag.y - y) / scene().laneHeight);
      drag = { ...drag, x, y };
    }
    hover(undefined);
    redraw();
  });
  canvas.addEventListener("pointerup", (event) => {
    const ended = drag;
    drag = undefined;
    const { selection } = scene();
    select(undefined);
    if (!ended) return;
    if (ended.moved < CLICK_PX) click({ x: event.offsetX, y: event.offsetY });
    else if (selection) scene().view.show(msAt(scene(), selection.from), msAt(scene(), selection.to));
    redraw();
  });
  canvas.addEventListener("pointerleave", () => hover(undefined));
}
