/** The axis of time below the lanes, and the names of workers beside them. */
import { unitFor } from "../../src/view/duration.js";
import { numberText, roundStep } from "../../src/view/svg/ticks.js";
import { BOTTOM, LEFT, RIGHT, type Scene, topOf, xOf } from "./geometry.js";

const FONT = "11px system-ui, sans-serif";

/** Room of a tick, and of a name, px. */
const TICK_WIDTH = 110;
const NAME_HEIGHT = 13;

/** Digits of a moment beyond which a larger unit is taken. */
const MAX_UNITS = 10_000;

export function drawAxis(context: CanvasRenderingContext2D, scene: Scene): void {
  const { view, width, height, colors } = scene;
  const bottom = height - BOTTOM;
  const unit = unitFor(Math.max(view.spanMs, view.toMs / MAX_UNITS));
  const step = roundStep(view.spanMs / unit.ms, Math.max(2, Math.floor((width - LEFT) / TICK_WIDTH))) * unit.ms;
  context.font = FONT;
  context.textAlign = "center";
  context.textBaseline = "top";
  context.lineWidth = 1;
  context.strokeStyle = colors.line;
  context.fillStyle = colors.soft;
  context.beginPath();
  for (let i = Math.ceil(view.fromMs / step); i * step <= view.toMs; i++) {
    const x = Math.round(xOf(scene, i * step)) + 0.5;
    context.moveTo(x, 0);
    context.lineTo(x, bottom + 4);
    const text = `${numberText((i * step) / unit.ms)} ${unit.name}`;
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.min(Math.max(x, LEFT + half), width - half), bottom + 8);
  }
  context.moveTo(LEFT, bottom + 0.5);
  context.lineTo(width - RIGHT, bottom + 0.5);
  context.stroke();
}

/** In the middle of the lanes of each worker that are seen, where there is room. */
export function drawNames(context: CanvasRenderingContext2D, scene: Scene): void {
  const { model, view, laneHeight, colors, height } = scene;
  const { lanes } = model.table;
  context.font = FONT;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillStyle = colors.ink;
  let free = 0;
  const last = Math.min(lanes.length, view.firstLane + view.lanesSeen);
  for (let from = Math.floor(view.firstLane), to = from; from < last; from = to) {
    const worker = lanes[from]?.worker as number;
    while (to < last && lanes[to]?.worker === worker) to++;
    const y = topOf(scene, from) + ((to - from) * laneHeight) / 2;
    if (y < free || y < NAME_HEIGHT / 2 || y > height - BOTTOM) continue;
    free = y + NAME_HEIGHT;
    context.fillText(fitting(context, model.data.workers[worker] as string), LEFT - 8, y);
  }
}

/** The end of a name tells it from others. */
function fitting(context: CanvasRenderingContext2D, name: string): string {
  let text = name;
  while (text.length > 2 && context.measureText(text).width > LEFT - 12) text = `…${text.slice(2)}`;
  return text;
}
