/** A study as text, a table and the curve, and as HTML, the table. */
import { linesHtml, tableHtml } from "../util/html.js";
import type { AmdahlFit } from "./amdahl.js";
import type { Interval } from "./confidence.js";

interface DescribedStudy {
  calls: number;
  repetitions: number;
  cores: number;
  points: readonly {
    workers: number;
    wallMs: Interval;
    speedUp: Interval;
    efficiency: number;
    reportedSpeedUp: number;
  }[];
  amdahl: AmdahlFit | undefined;
}

/** Columns of the longest bar. */
const BAR_WIDTH = 40;

/** Columns of the table, with their widths as text. */
const COLUMNS = [
  ["workers", 7],
  ["wall, ms", 8],
  ["speed-up", 15],
  ["efficiency", 10],
  ["as reported", 11],
] as const;

export function describeStudy(study: DescribedStudy): string {
  const { points } = study;
  const most = Math.max(...points.map(({ speedUp }) => speedUp.high));
  return [
    titleOf(study),
    textRow(COLUMNS.map(([name]) => name)),
    ...points.map((point) => textRow(cellsOf(point))),
    "",
    ...points.map(({ workers, speedUp }) => `${String(workers).padStart(7)} ${barOf(speedUp.mean, most)}`),
    ...fitOf(study).flatMap((line) => ["", line]),
  ].join("\n");
}

export function studyHtml(study: DescribedStudy): string {
  const head = COLUMNS.map(([name]) => name);
  return `${linesHtml([titleOf(study), ...fitOf(study)])}${tableHtml(head, study.points.map(cellsOf))}`;
}

function titleOf({ calls, repetitions, cores }: DescribedStudy): string {
  return `${calls} calls, ${repetitions} times with each number of workers, on ${cores} cores (± 95 % confidence)`;
}

function cellsOf({
  workers,
  wallMs,
  speedUp,
  efficiency,
  reportedSpeedUp,
}: DescribedStudy["points"][number]): string[] {
  return [
    String(workers),
    wallMs.mean.toFixed(0),
    withReach(speedUp),
    `${Math.round(efficiency * 100)}%`,
    `${reportedSpeedUp.toFixed(2)}x`,
  ];
}

function textRow(cells: readonly string[]): string {
  return cells.map((cell, i) => cell.padStart(COLUMNS[i]?.[1] ?? 0)).join("   ");
}

function fitOf({ amdahl }: DescribedStudy): string[] {
  return amdahl ? [describeFit(amdahl)] : [];
}

function withReach({ mean, high }: Interval): string {
  return `${mean.toFixed(2)}x ± ${(high - mean).toFixed(2)}`;
}

function barOf(speedUp: number, most: number): string {
  return `${"█".repeat(Math.max(1, Math.round((speedUp / most) * BAR_WIDTH)))} ${speedUp.toFixed(2)}x`;
}

function describeFit({ serialFraction, maxSpeedUp }: AmdahlFit): string {
  const percent = (serialFraction * 100).toFixed(1);
  if (maxSpeedUp === Number.POSITIVE_INFINITY) return "Amdahl: no serial part is seen";
  return `Amdahl: ${percent}% of the work gains nothing by more workers, so that no number of them is more than ${maxSpeedUp.toFixed(1)}x as fast as one`;
}
