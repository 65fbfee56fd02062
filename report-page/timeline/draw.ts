/** Draws the part of the timeline that is seen. */
import { drawAxis, drawNames } from "./draw-axes.js";
import { BOTTOM, boxHeight, LEFT, pxPerMs, RIGHT, type Scene, topOf, xOf } from "./geometry.js";
import { firstAfter, shardSpan } from "./model.js";

/** Boxes as narrow as this have no gap to the next one, px. */
const GAP_FROM = 4;

/** Part of the lane's height, and least width in px, that a failed call has where it is not wider. */
const FAR_SHARE = 0.35;
const LEAST_FAILED = 1.5;

export function draw(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, view, model } = scene;
  context.clearRect(0, 0, width, height);
  drawAxis(context, scene);
  context.save();
  context.beginPath();
  context.rect(LEFT, 0, width - LEFT - RIGHT, height - BOTTOM);
  context.clip();
  const last = Math.min(model.table.lanes.length, Math.ceil(view.firstLane + view.lanesSeen));
  for (let lane = Math.floor(view.firstLane); lane < last; lane++) {
    drawShards(context, scene, lane);
    drawCalls(context, scene, lane);
  }
  drawMark(context, scene);
  drawSelection(context, scene);
  context.restore();
  drawNames(context, scene);
}

function drawShards(context: CanvasRenderingContext2D, scene: Scene, lane: number): void {
  const { model, view, colors } = scene;
  const worker = model.table.lanes[lane]?.worker as number;
  const [top, height] = [topOf(scene, lane), boxHeight(scene)];
  context.fillStyle = colors.shard;
  let drawnTo = Number.NEGATIVE_INFINITY;
  for (const shard of model.shardsOf[worker] ?? []) {
    const [from, to] = shardSpan(model, shard);
    if (to < view.fromMs) continue;
    if (from > view.toMs) break;
    const right = xOf(scene, to);
    if (right <= drawnTo) continue;
    const left = Math.max(LEFT - 1, xOf(scene, from));
    drawnTo = Math.max(left + 1, right);
    context.fillRect(left, top, drawnTo - left, height);
  }
}

/** Where many calls lie in one pixel, one of them is drawn; a failed one if there is any. */
function drawCalls(context: CanvasRenderingContext2D, scene: Scene, lane: number): void {
  const { model, view, colors } = scene;
  const { table } = model;
  const calls = table.lanes[lane]?.calls as Int32Array;
  const [top, height] = [topOf(scene, lane), boxHeight(scene)];
  const scale = pxPerMs(scene);
  const failed: number[] = [];
  context.fillStyle = colors.call;
  let drawnTo = Number.NEGATIVE_INFINITY;
  for (let i = firstAfter(model, lane, view.fromMs); i < calls.length; i++) {
    const place = calls[i] as number;
    const start = table.start[place] as number;
    if (start > view.toMs) break;
    if (table.failed[place]) failed.push(place);
    const right = LEFT + ((table.end[place] as number) - view.fromMs) * scale;
    if (right <= drawnTo) continue;
    const left = Math.max(LEFT - 1, LEFT + (start - view.fromMs) * scale, drawnTo);
    const boxWidth = Math.max(1, right - left - (right - left > GAP_FROM ? 1 : 0));
    context.fillRect(left, top, boxWidth, height);
    drawnTo = left + boxWidth;
  }
  context.fillStyle = colors.failed;
  for (const place of failed) {
    const [left, right] = [xOf(scene, table.start[place] as number), xOf(scene, table.end[place] as number)];
    if (right - left > GAP_FROM) context.fillRect(left, top, right - left - 1, height);
    // Seen from afar, it is to be seen, and not to hide the others.
    else
      context.fillRect(left, top + height * (1 - FAR_SHARE), Math.max(LEAST_FAILED, right - left), height * FAR_SHARE);
  }
}

function drawMark(context: CanvasRenderingContext2D, scene: Scene): void {
  const { model, colors, marked } = scene;
  if (marked === undefined) return;
  const left = xOf(scene, model.table.start[marked] as number);
  const right = xOf(scene, model.table.end[marked] as number);
  context.strokeStyle = colors.ink;
  context.lineWidth = 2;
  context.strokeRect(
    left - 1,
    topOf(scene, model.laneOf[marked] as number),
    Math.max(4, right - left + 1),
    boxHeight(scene),
  );
}

function drawSelection(context: CanvasRenderingContext2D, { selection, colors, height }: Scene): void {
  if (!selection) return;
  context.fillStyle = colors.focus;
  context.globalAlpha = 0.25;
  context.fillRect(selection.from, 0, selection.to - selection.from, height);
  context.globalAlpha = 1;
}
