import { OptionError } from "../errors.js";
import { type Check, checkOptions } from "../options/check.js";
import { asCalledLater } from "../util/called.js";
import { textOf } from "../util/describe-value.js";
import { MAX_TIMER_MS } from "../util/time.js";
import { Future } from "./future.js";

export interface WaitOptions {
  /** `"all"`: until every future has settled. `"any"`: until one has. `"now"`: not at all. Default `"all"`. */
  until?: "all" | "any" | "now" | undefined;
  /** Longest time to wait, ms. Default: none. When it is over, `wait` resolves with what is known. */
  timeoutMs?: number | undefined;
}

/**
 * Waits for futures, of one job or of several, and tells the settled ones from the pending ones, each in the order
 * given. Never rejects because a call failed.
 * @returns `[ready, pending]`
 */
export function wait<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: WaitOptions = {},
): Promise<[ready: F[], pending: F[]]> {
  return asCalledLater(wait, async () => {
    const all = futuresOf(futures);
    checkOptions("wait()", options, CHECKS);
    const { until = "all", timeoutMs } = options;
    const pending = all.filter((future) => future.status === "pending");
    const enough = until === "now" || pending.length === 0 || (until === "any" && pending.length < all.length);
    if (!enough) await within(timeoutMs, pending, until === "any");
    return [all.filter((future) => future.status !== "pending"), all.filter((future) => future.status === "pending")];
  });
}

const CHECKS: Record<keyof WaitOptions, Check> = {
  until: (value) => (["all", "any", "now"].includes(value as string) ? undefined : '"all", "any" or "now"'),
  timeoutMs: (value) => (Number(value) >= 0 && typeof value === "number" ? undefined : "a number of at least 0 (ms)"),
};

/** Throws `OptionError` for what is no list of futures, such as a job. */
function futuresOf<F extends Future<unknown>>(given: Iterable<F>): F[] {
  if (typeof given?.[Symbol.iterator] !== "function")
    throw new OptionError("futures", `wait() takes futures, such as job.futures, but got ${textOf(given)}.`);
  const all = [...given];
  const index = all.findIndex((one) => !(one instanceof Future));
  if (index < 0) return all;
  throw new OptionError(
    "futures",
    `wait() takes futures, such as job.futures, but number ${index} is ${textOf(all[index])}.`,
  );
}

/** Resolves when all of them, or any one, have settled, or when the time is over. Leaves nothing behind. */
function within(timeoutMs: number | undefined, pending: Future<unknown>[], any: boolean): Promise<void> {
  return new Promise((resolve) => {
    let missing = any ? 1 : pending.length;
    const end = () => {
      clearTimeout(timer);
      for (const forget of forgets) forget();
      resolve();
    };
    const timer = timeoutMs === undefined ? undefined : setTimeout(end, Math.min(timeoutMs, MAX_TIMER_MS));
    const forgets = pending.map((future) => future.whenSettled(() => --missing === 0 && end()));
  });
}
