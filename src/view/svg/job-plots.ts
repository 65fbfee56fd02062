/** The plots of a job, by their names. */
import type { ReportData } from "../report-data.js";
import { histogramSvg } from "./histogram.js";
import { speedUpSvg } from "./speed-up.js";
import { timelineSvg } from "./timeline.js";

const PLOTS = { timeline: timelineSvg, histogram: histogramSvg, "speed-up": speedUpSvg };

export type JobPlot = keyof typeof PLOTS;

export const JOB_PLOTS = Object.keys(PLOTS) as JobPlot[];

/** Undefined for a name that is none. */
export function drawJob(plot: JobPlot, data: ReportData): string | undefined {
  return Object.hasOwn(PLOTS, plot) ? PLOTS[plot](data) : undefined;
}
