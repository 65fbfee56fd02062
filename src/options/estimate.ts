/** The options of `estimate()` besides those of `map()`: where it knows from how long calls take. */
import { OptionError } from "../errors.js";
import { type Check, checkOptions, integerIn, numberIn } from "./check.js";

/** What of a report an estimate is made from. */
export interface BasedOn {
  readonly calls: number;
  readonly perCall: readonly { readonly runMs: number }[];
}

export interface EstimatingOptions<Report extends BasedOn = BasedOn> {
  /** Run time of a call on a worker, ms, or those of several: then no call is run. Default: some calls are run. */
  callMs?: number | readonly number[] | undefined;
  /** The report of an earlier job with such calls on the same backend: how long calls, starts and shards took there. */
  basedOn?: Report | undefined;
  /**
   * Calls that are run and measured, spread over the inputs, one after the other, 1 to 100; and one before them that is not
   * measured. They are calls like any other, with all their effects. Default 3.
   */
  samples?: number | undefined;
  /**
   * Where they run: `"here"` in a process of this machine, or on the executor's own `"workers"`, which costs what they cost there.
   * Default `"here"`.
   */
  sampleOn?: "here" | "workers" | undefined;
}

export const DEFAULT_SAMPLES = 3;
const MAX_SAMPLES = 100;
/** What takes longer than a month is no call, ms. */
const MAX_CALL_MS = 31 * 86_400_000;

const isTime = numberIn(0, MAX_CALL_MS, " (ms)");
const isTimes: Check = (value) => {
  if (typeof value === "number") return isTime(value);
  const areTimes = Array.isArray(value) && value.length > 0 && value.every((one) => !isTime(one));
  return areTimes ? undefined : "a time in ms, or an array of some";
};

const CHECKS: Record<keyof EstimatingOptions, Check> = {
  callMs: isTimes,
  basedOn: (value) =>
    Array.isArray((value as BasedOn | null)?.perCall) ? undefined : "a report, such as job.report()",
  samples: integerIn(1, MAX_SAMPLES),
  sampleOn: (value) => (value === "here" || value === "workers" ? undefined : `"here" or "workers"`),
};

/** Throws `OptionError` for the first option that is out of range. Returns the options of `map()` among them. */
export function splitEstimateOptions<R extends BasedOn, O extends object>(
  options: EstimatingOptions<R> & O,
): [EstimatingOptions<R>, Omit<O, keyof EstimatingOptions>] {
  const { callMs, basedOn, samples, sampleOn, ...others } = options;
  const own = { callMs, basedOn, samples, sampleOn };
  checkOptions("estimate()", own, CHECKS);
  if (callMs !== undefined && basedOn !== undefined)
    throw new OptionError("basedOn", "estimate() takes callMs or basedOn, not both. Leave one of them out.");
  if (basedOn?.calls === 0)
    throw new OptionError("basedOn", "The report that estimate() was given has no calls. Wait for its job: await job.");
  return [own, others];
}
