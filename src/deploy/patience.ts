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

/** A new role is known to all of AWS after some 10 s, seldom more (AWS documentation, IAM troubleshooting). */
export const ROLE_PATIENCE: Patience = { limitMs: MINUTE_MS, firstMs: 500 };

/** Lambda takes one change at a time, each for seconds; a function in a VPC takes minutes to become active. */
export const FUNCTION_PATIENCE: Patience = { limitMs: 3 * MINUTE_MS, firstMs: 200 };

/** Runs the action again while its error means "not yet" and time is left; rejects with the last error. */
export async function retryWhile<T>(
  isNotYet: (error: unknown) => boolean,
  { limitMs, firstMs }: Patience,
  action: () => Promise<T>,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (let pauseMs = firstMs; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    try {
      return await action();
    } catch (error) {
      if (!isNotYet(error) || performance.now() + pauseMs > end) throw error;
    }
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
