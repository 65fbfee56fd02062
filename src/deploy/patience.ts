/** Waits that end: AWS takes its time, and some of its errors mean "not yet". */
import { setTimeout as sleep } from "node:timers/promises";
import { MINUTE_MS, SECOND_MS } from "../util/time.js";

export interface Patience {
  /** Time after which the last error or state is given up on, ms. */
  limitMs: number;
  /** First pause, ms; each is half as long again as the one before. */
  firstMs: number;
}

const LONGEST_PAUSE_MS = 5 * SECOND_MS;

/** A new role is known to all of AWS after some 10 s as a rule, and after 5.5 minutes in one report: so long as others advise. */
export const NEW_ROLE_PATIENCE: Patience = { limitMs: 15 * MINUTE_MS, firstMs: 500 };

/** A role of the user's own is seldom new: what Lambda says of it will mostly not change. */
export const OWN_ROLE_PATIENCE: Patience = { limitMs: MINUTE_MS, firstMs: 500 };

/** Lambda takes one change at a time, each for seconds; a function in a VPC takes minutes to become active. */
export const FUNCTION_PATIENCE: Patience = { limitMs: 3 * MINUTE_MS, firstMs: 200 };

/** Lambda starts up to 6,000 workers a minute for provisioned concurrency, each of which has to load (AWS, "Configuring provisioned concurrency"). */
export const PROVISIONING_PATIENCE: Patience = { limitMs: 10 * MINUTE_MS, firstMs: 500 };

/**
 * Runs the action again while its error means "not yet" and time is left; rejects with the last error.
 *
 * @param onPause told before each pause how long it has been waited for, ms
 */
export async function retryWhile<T>(
  isNotYet: (error: unknown) => boolean,
  { limitMs, firstMs }: Patience,
  action: () => Promise<T>,
  onPause?: (waitedMs: number) => void,
): Promise<T> {
  const start = performance.now();
  const end = start + limitMs;
  for (let pauseMs = firstMs; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    try {
      return await action();
    } catch (error) {
      if (!isNotYet(error) || performance.now() + pauseMs > end) throw error;
    }
    onPause?.(performance.now() - start);
    await sleep(pauseMs);
  }
}

/** Asks until the answer is there; resolves to undefined when it is not within the limit. */
export async function poll<T>(
  { limitMs, firstMs }: Patience,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const end = performance.now() + limitMs;
  for (let pauseMs = firstMs; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const answer = await ask();
    if (answer !== undefined || performance.now() + pauseMs > end) return answer;
    await sleep(pauseMs);
  }
}
