/** The timeline: its canvas, what is told of the call under the pointer, and the call that is marked. */
import type { CallPreview, ReportData } from "../../src/view/report-data.js";
import { type Colors, colorsNow } from "../colors.js";
import { button, element, key } from "../dom.js";
import { addControls } from "./controls.js";
import { describeCall, describeShard } from "./describe.js";
import { draw } from "./draw.js";
import { BOTTOM, LEFT, msAt, pxPerMs, type Scene } from "./geometry.js";
import { callAt, shardAt, type TimelineModel, timelineModel } from "./model.js";
import { Viewport } from "./viewport.js";

/** Height of a lane, and of all that are seen at once, px. */
const MAX_LANE = 24;
const MIN_LANE = 3;
const LEAST_HEIGHT = 70;
const MOST_HEIGHT = 480;

/** How far from a call the pointer may be, px. */
const SLACK_PX = 3;

const KEYS =
  "Wheel or + and - zoom, drag or arrow keys move, shift and drag selects, 0 or a double click shows all. n and p mark the next call and the one before, f the next that failed.";

export class Timeline {
  readonly root: HTMLElement;
  readonly #canvas = element("canvas", { tabindex: "0", role: "img", "aria-describedby": "timeline-keys" });
  readonly #tip = element("div", { class: "tip" });
  readonly #rows = element("span", { class: "soft small" });
  readonly #marked = element("div", { "aria-live": "polite", id: "marked" });
  readonly #view = new Viewport();
  #model: TimelineModel;
  #previews = new Map<number, CallPreview>();
  #colors: Colors = colorsNow();
  #mark: number | undefined;
  #selection: Scene["selection"];
  #size = { width: 0, height: 0, laneHeight: MAX_LANE };
  #isDue = false;

  constructor(data: ReportData) {
    this.#model = timelineModel(data);
    this.#tip.hidden = true;
    this.root = element(
      "section",
      { class: "card", id: "timeline" },
      this.#heading(),
      element("div", { class: "timeline" }, this.#canvas),
      element("p", { class: "soft small", id: "timeline-keys" }, KEYS),
      this.#marked,
      this.#tip,
    );
    addControls(this.#canvas, {
      scene: () => this.#scene(),
      redraw: () => this.redraw(),
      hover: (at) => this.#hover(at),
      click: ({ x, y }) => this.#setMark(this.#callAt(x, y)),
      select: (selection) => {
        this.#selection = selection;
      },
      step: (by, failed) => this.#step(by, failed),
    });
    new ResizeObserver(() => this.#resize()).observe(this.root);
    this.update(data);
  }

  update(data: ReportData): void {
    const marked = this.#mark === undefined ? undefined : this.#model.table.index[this.#mark];
    this.#model = timelineModel(data);
    this.#previews = new Map(data.previews.map((preview) => [preview.index, preview]));
    this.#mark = marked === undefined ? undefined : this.#placeOf(marked);
    this.#canvas.setAttribute("aria-label", `Timeline of ${this.#model.table.count} calls by worker`);
    this.#resize();
  }

  recolor(): void {
    this.#colors = colorsNow();
    this.redraw();
  }

  /** Shows and marks the call of that index, if its worker has told of it. */
  mark(index: number): void {
    this.#setMark(this.#placeOf(index));
    this.#canvas.focus({ preventScroll: true });
    this.root.scrollIntoView({ block: "nearest" });
  }

  /** Draws once before the next frame, however often it is called. */
  redraw(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  #heading(): HTMLElement {
    const zoom = (factor: number) => () => {
      this.#view.zoom(factor, (this.#view.fromMs + this.#view.toMs) / 2);
      this.redraw();
    };
    const all = () => {
      this.#view.reset();
      this.redraw();
    };
    const keys = [
      key("--call", "call"),
      key("--failed", "failed call"),
      key("--shard", "rest of its shard: fetch, setup, store"),
    ];
    const buttons = [button("+", zoom(0.5)), " ", button("−", zoom(2)), " ", button("all", all)];
    return element(
      "div",
      { class: "bar" },
      element("h2", {}, "Timeline"),
      ...keys,
      this.#rows,
      element("span", { class: "end" }, ...buttons),
    );
  }

  #scene(): Scene {
    return {
      ...this.#size,
      model: this.#model,
      view: this.#view,
      colors: this.#colors,
      marked: this.#mark,
      selection: this.#selection,
    };
  }

  #resize(): void {
    const width = this.#canvas.clientWidth;
    const lanes = this.#model.table.lanes.length;
    const laneHeight = Math.max(MIN_LANE, Math.min(MAX_LANE, MOST_HEIGHT / Math.max(1, lanes)));
    const lanesHeight = Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, lanes * laneHeight));
    const height = Math.ceil(lanesHeight) + BOTTOM;
    this.#size = { width, height, laneHeight };
    this.#view.resize(this.#model.untilMs, lanes, lanesHeight / laneHeight);
    this.#canvas.style.height = `${height}px`;
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(height * devicePixelRatio);
    this.redraw();
  }

  #draw(): void {
    const context = this.#canvas.getContext("2d");
    if (!context || this.#size.width <= LEFT) return;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    draw(context, this.#scene());
    this.#tellRows();
  }

  /** Where not all of them fit. */
  #tellRows(): void {
    const { length } = this.#model.table.lanes;
    const { firstLane, lanesSeen } = this.#view;
    const [first, last] = [Math.floor(firstLane) + 1, Math.min(length, Math.ceil(firstLane + lanesSeen))];
    this.#rows.textContent = last - first + 1 < length ? `rows ${first} to ${last} of ${length}` : "";
  }

  #laneAt(y: number): number {
    return Math.floor(this.#view.firstLane + y / this.#size.laneHeight);
  }

  #callAt(x: number, y: number): number | undefined {
    if (x < LEFT || y > this.#size.height - BOTTOM) return undefined;
    return callAt(this.#model, this.#laneAt(y), msAt(this.#scene(), x), SLACK_PX / pxPerMs(this.#scene()));
  }

  #hover(at: { x: number; y: number; event: PointerEvent } | undefined): void {
    const text = at && this.#describe(at);
    this.#tip.hidden = !text;
    if (!text) return;
    this.#tip.replaceChildren(text);
    const { clientX, clientY } = at.event;
    const { offsetWidth, offsetHeight } = this.#tip;
    // Beside the pointer, on the side where there is room.
    const left = clientX + offsetWidth + 24 < innerWidth ? clientX + 14 : Math.max(4, clientX - offsetWidth - 14);
    const top = Math.max(4, Math.min(clientY + 14, innerHeight - offsetHeight - 8));
    this.#tip.style.left = `${left}px`;
    this.#tip.style.top = `${top}px`;
  }

  #describe({ x, y }: { x: number; y: number }): HTMLElement | undefined {
    const call = this.#callAt(x, y);
    if (call !== undefined) return describeCall(this.#model, call, this.#previews);
    if (x < LEFT) return undefined;
    const shard = shardAt(this.#model, this.#laneAt(y), msAt(this.#scene(), x));
    return shard === undefined ? undefined : describeShard(this.#model, shard);
  }

  #placeOf(index: number): number | undefined {
    const place = this.#model.table.index.lastIndexOf(index);
    return place < 0 ? undefined : place;
  }

  #setMark(place: number | undefined): void {
    this.#mark = place;
    this.#marked.replaceChildren(...(place === undefined ? [] : [describeCall(this.#model, place, this.#previews)]));
    if (place !== undefined) {
      const { start, end } = this.#model.table;
      this.#view.reveal(start[place] as number, end[place] as number, this.#model.laneOf[place] as number);
    }
    this.redraw();
  }

  #step(by: 1 | -1, failed: boolean): void {
    const { order, table } = this.#model;
    const at = this.#mark === undefined ? (by === 1 ? -1 : order.length) : order.indexOf(this.#mark);
    for (let i = at + by; i >= 0 && i < order.length; i += by) {
      const place = order[i] as number;
      if (failed && !table.failed[place]) continue;
      this.#setMark(place);
      break;
    }
  }
}
