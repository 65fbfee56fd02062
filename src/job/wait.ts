import { OptionError } from "../errors.js";
import { MAX_TIMER_MS } from "../util/time.js";
import type { Future } from "./future.js";

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
export async function wait<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: WaitOptions = {},
): Promise<[ready: F[], pending: F[]]> {
  const all = [...futures];
  const { until = "all", timeoutMs } = options;
  if (!["all", "any", "now"].includes(until))
    throw new OptionError("until", `Option until of wait() must be "all", "any" or "now", but is ${String(until)}.`);
  if (timeoutMs !== undefined && !(timeoutMs >= 0))
    throw new OptionError(
      "timeoutMs",
      `Option timeoutMs of wait() must be a number of at least 0 (ms), but is ${timeoutMs}.`,
    );
  const pending = all.filter((future) => future.status === "pending");
  const enough = until === "now" || pending.length === 0 || (until === "any" && pending.length < all.length);
  if (!enough) await within(timeoutMs, pending, until === "any");
  return [all.filter((future) => future.status !== "pending"), all.filter((future) => future.status === "pending")];
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
