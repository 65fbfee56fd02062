/** Waiting and AbortSignals: whatever listens to one must stop, as the signal may live for much longer. */
import { setTimeout as sleep } from "node:timers/promises";

/** Calls `react` with the signal's reason once it is aborted, now if it is. Returns what stops that. */
export function onAbort(signal: AbortSignal, react: (reason: unknown) => void): () => void {
  const listener = () => react(signal.reason);
  if (signal.aborted) listener();
  else signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}

/**
 * A promise that `start` is given the two ends of. It rejects with the signal's reason when that comes first: then what
 * `start` returned is called, to undo what was started.
 */
export function unlessAborted<T>(
  signal: AbortSignal,
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    let undo = () => {};
    const stop = onAbort(signal, (reason) => {
      undo();
      reject(reason);
    });
    const settle = (how: () => void) => {
      stop();
      how();
    };
    undo = start(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
  });
}

/** Rejects with the signal's reason once it is aborted; nobody need look at it. For signals that soon end themselves. */
export function rejectionBy(signal: AbortSignal): Promise<never> {
  const rejection = unlessAborted<never>(signal, () => () => {});
  rejection.catch(() => {});
  return rejection;
}

/** Why a signal ends that nobody listens to any more: made once, as each one made keeps a stack, and thousands of jobs may end at once. */
const ENDED = new DOMException("What the signal was for has ended.", "AbortError");

/** A signal that follows all of them until it is released, or ended by itself. */
export function following(...signals: AbortSignal[]): { signal: AbortSignal; release(): void; end(): void } {
  const controller = new AbortController();
  const stops = signals.map((signal) => onAbort(signal, (reason) => controller.abort(reason)));
  const release = () => {
    for (const stop of stops) stop();
  };
  const end = () => {
    release();
    controller.abort(ENDED);
  };
  return { signal: controller.signal, release, end };
}

/** Resolves once the promise has settled, or after the time. */
export async function settledWithin(promise: Promise<unknown>, ms: number): Promise<void> {
  const controller = new AbortController();
  const timer = sleep(ms, undefined, { signal: controller.signal }).catch(() => {});
  await Promise.race([promise.catch(() => {}), timer]);
  controller.abort();
}

/** Resolves after a time; rejects with the signal's reason when it is aborted before. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
  signal.throwIfAborted();
}
