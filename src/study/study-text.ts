/** A study as text: a table, and the curve. */
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

export function describeStudy(study: DescribedStudy): string {
  const { calls, repetitions, cores, points, amdahl } = study;
  const most = Math.max(...points.map(({ speedUp }) => speedUp.high));
  return [
    `${calls} calls, ${repetitions} times with each number of workers, on ${cores} cores (± 95 % confidence)`,
    "workers   wall, ms   speed-up          efficiency   as reported",
    ...points.map(
      ({ workers, wallMs, speedUp, efficiency, reportedSpeedUp }) =>
        `${String(workers).padStart(7)}   ${wallMs.mean.toFixed(0).padStart(8)}   ${withReach(speedUp).padEnd(15)}   ${`${Math.round(efficiency * 100)}%`.padStart(10)}   ${`${reportedSpeedUp.toFixed(2)}x`.padStart(11)}`,
    ),
    "",
    ...points.map(({ workers, speedUp }) => `${String(workers).padStart(7)} ${barOf(speedUp.mean, most)}`),
    ...(amdahl ? ["", describeFit(amdahl)] : []),
  ].join("\n");
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
