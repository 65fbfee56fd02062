import { setTimeout as sleep } from "node:timers/promises";

/** Far more than anything waited for takes where the cores are free: they may be busy with something else. */
const PATIENCE_MS = 30_000;

/** Resolves with the time it took, ms, once the condition holds; throws when it does not within `limitMs`. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs = PATIENCE_MS): Promise<number> {
  const started = performance.now();
  while (!(await condition())) {
    if (performance.now() - started > limitMs) throw new Error(`Not so within ${limitMs} ms: ${condition}`);
    await sleep(10);
  }
  return performance.now() - started;
}
