/** Where things are on the canvas of the timeline, px. */
import type { Colors } from "../colors.js";
import type { TimelineModel } from "./model.js";
import type { Viewport } from "./viewport.js";

/** Room around the lanes. */
export const LEFT = 118;
export const BOTTOM = 26;
export const RIGHT = 8;

/** Lanes as low as this have no gap between them. */
const LANE_GAP_FROM = 5;

export interface Scene {
  model: TimelineModel;
  view: Viewport;
  colors: Colors;
  /** Of the canvas, CSS px. */
  width: number;
  height: number;
  laneHeight: number;
  /** Place of the call that is marked. */
  marked: number | undefined;
  /** What is being selected. */
  selection: { from: number; to: number } | undefined;
}

type Across = Pick<Scene, "view" | "width">;

export function pxPerMs({ view, width }: Across): number {
  return (width - LEFT - RIGHT) / view.spanMs;
}

export function xOf(scene: Across, ms: number): number {
  return LEFT + (ms - scene.view.fromMs) * pxPerMs(scene);
}

export function msAt(scene: Across, x: number): number {
  return scene.view.fromMs + (x - LEFT) / pxPerMs(scene);
}

export function topOf({ view, laneHeight }: Pick<Scene, "view" | "laneHeight">, lane: number): number {
  return (lane - view.firstLane) * laneHeight;
}

export function boxHeight({ laneHeight }: Pick<Scene, "laneHeight">): number {
  return laneHeight >= LANE_GAP_FROM ? laneHeight - 2 : laneHeight;
}
