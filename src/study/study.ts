/** The curve of speed-up over the number of workers, measured. */
import { availableParallelism } from "node:os";
import { OptionError } from "../errors.js";
import { Executor } from "../executor.js";
import type { MapFunction } from "../forms/context.js";
import type { Job } from "../job/job.js";
import { checkOptions, integerIn } from "../options/check.js";
import type { ExecutorOptions, JobOptions, ModuleFunction } from "../options.js";
import { DISPLAY, type DisplayData } from "../util/display.js";
import { studySvg } from "../view/svg/study.js";
import { type AmdahlFit, fitAmdahl } from "./amdahl.js";
import { confidence, type Interval } from "./confidence.js";
import { describeStudy, studyHtml } from "./study-text.js";

export interface StudyOptions {
  /** Numbers of workers to try; 1 is tried in any case. Default 1, 2, 4 and 8. */
  workers?: readonly number[];
  /** How often each number is tried, in turn with the others, after a run that does not count. Default 3. */
  repetitions?: number;
  /** For each job. */
  job?: JobOptions;
  /** For each executor; `backend` and `workers` are the study's own, which runs on this machine. */
  executor?: Omit<ExecutorOptions, "workers" | "backend">;
}

/** What was measured with a number of workers. */
export interface StudyPoint {
  workers: number;
  /** Wall time of the job, ms. */
  wallMs: Interval;
  /** Wall time of one worker in the same round over that: measured, and not estimated as `report.speedUp` is. */
  speedUp: Interval;
  /** Mean speed-up over workers. */
  efficiency: number;
  /** Mean of what the jobs' reports said. */
  reportedSpeedUp: number;
}

export class SpeedUpStudy {
  readonly calls: number;
  readonly repetitions: number;
  /** Cores that this process may use. */
  readonly cores: number;
  readonly points: readonly StudyPoint[];
  /**
   * Amdahl's law, fitted to the points. Where calls compute rather than wait, only points with no more workers than cores count,
   * as beyond that it is the cores that end the gain, and not a serial part. Undefined where no points are left but that of one worker.
   */
  readonly amdahl: AmdahlFit | undefined;

  /** @internal Studies come from `speedUpStudy()`. */
  constructor({
    calls,
    repetitions,
    cores,
    points,
    amdahl,
  }: Omit<SpeedUpStudy, "toString" | "toSvg" | typeof DISPLAY>) {
    this.calls = calls;
    this.repetitions = repetitions;
    this.cores = cores;
    this.points = points;
    this.amdahl = amdahl;
  }

  /** A table, and the curve in characters. */
  toString(): string {
    return describeStudy(this);
  }

  /** The curve as SVG, such as for a paper: with confidence, Amdahl's law where it was fitted, and the line of perfect speed-up. */
  toSvg(): string {
    return studySvg(this);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** For notebooks: see `display()`. */
  [DISPLAY](): DisplayData {
    return { "text/plain": this.toString(), "text/html": studyHtml(this) };
  }
}

const DEFAULT_WORKERS = [1, 2, 4, 8];
const DEFAULT_REPETITIONS = 3;

/** Calls compute rather than wait that do so for this part of their work. */
const COMPUTES_FROM = 0.5;

interface Run {
  wallMs: number;
  speedUp: number;
  /** Part of the work that was CPU time. */
  cpuShare: number;
}

/**
 * Runs the map with each number of workers on this machine, repeatedly, and says how much faster it is with more of them.
 *
 * @throws OptionError; rejects with what a call fails of, as `executor.map()` does
 */
export async function speedUpStudy<I, R>(
  fn: MapFunction<I, R> | ModuleFunction,
  inputs: readonly I[],
  options: StudyOptions = {},
): Promise<SpeedUpStudy> {
  checkStudy(inputs, options);
  const { repetitions = DEFAULT_REPETITIONS, job = {} } = options;
  const counts = [...new Set([1, ...(options.workers ?? DEFAULT_WORKERS)])].sort((a, b) => a - b);
  const pools = counts.map(
    (workers) => new Executor({ progress: false, ...options.executor, backend: "local", workers }),
  );
  try {
    // What is found in a cache takes no time.
    const settings = { ...job, cache: false };
    const run = (executor: Executor) => timed(executor.map(fn as MapFunction<I, R>, inputs, settings));
    for (const executor of pools) await run(executor);
    const rounds: Run[][] = [];
    // One after the other within each round, so that what else the machine does is much the same for all.
    for (let round = 0; round < repetitions; round++) {
      const runs: Run[] = [];
      for (const executor of pools) runs.push(await run(executor));
      rounds.push(runs);
    }
    return studyOf(inputs.length, counts, rounds);
  } finally {
    await Promise.all(pools.map((executor) => executor.close()));
  }
}

async function timed(job: Job<unknown>): Promise<Run> {
  await job;
  const { wallMs, speedUp, sequentialMs, totals } = job.report();
  return { wallMs, speedUp, cpuShare: sequentialMs > 0 ? totals.cpuMs / sequentialMs : 0 };
}

/** @param rounds one run for each number of workers, the first of which is 1 */
function studyOf(calls: number, counts: readonly number[], rounds: readonly Run[][]): SpeedUpStudy {
  const cores = availableParallelism();
  const points = counts.map((workers, i) => {
    const runs = rounds.map((round) => round[i] as Run);
    const speedUp = confidence(rounds.map((round) => (round[0] as Run).wallMs / (round[i] as Run).wallMs));
    return {
      workers,
      wallMs: confidence(runs.map(({ wallMs }) => wallMs)),
      speedUp,
      efficiency: speedUp.mean / workers,
      reportedSpeedUp: confidence(runs.map((run) => run.speedUp)).mean,
    };
  });
  const computes = confidence(rounds.map((round) => (round[0] as Run).cpuShare)).mean >= COMPUTES_FROM;
  const fitted = points.filter(({ workers }) => !computes || workers <= cores);
  const amdahl = fitAmdahl(fitted.map(({ workers, speedUp }) => ({ workers, speedUp: speedUp.mean })));
  return new SpeedUpStudy({ calls, repetitions: rounds.length, cores, points, amdahl });
}

function checkStudy(inputs: unknown, options: StudyOptions): void {
  if (!Array.isArray(inputs) || inputs.length === 0)
    throw new OptionError(
      "inputs",
      "speedUpStudy() takes an array of inputs, at least one, as it runs them repeatedly.",
    );
  const isObject = (value: unknown) => (typeof value === "object" && value !== null ? undefined : "an object");
  const isCount = integerIn(1, 1024);
  checkOptions("speedUpStudy()", options, {
    workers: (value) =>
      Array.isArray(value) && value.every((count) => !isCount(count))
        ? undefined
        : "an array of numbers from 1 to 1024",
    repetitions: integerIn(1, 1000),
    job: isObject,
    executor: isObject,
  });
}
