/** Reads a source of inputs piece by piece: as much as there is room for, and no longer than the first of them can wait. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ClassRegistry } from "../codec/classes.js";
import { rejectionBy } from "../util/abort.js";
import { textOf } from "../util/describe-value.js";
import { MAX_TIMER_MS, monotonicMs } from "../util/time.js";
import type { EncodedInputs } from "../wire/inputs.js";
import { InputsEncoder } from "./encode-inputs.js";

/** Time between two turns of the event loop, ms: a source that never waits must not keep timers and signals waiting. */
const TURN_MS = 5;

/** Inputs between two looks at the clock. */
const INPUTS_PER_LOOK = 64;

export interface Room {
  calls: number;
  bytes: number;
  /** Time for which the first input waits for others, ms. */
  lingerMs: number;
}

export const EVERYTHING: Room = { calls: Infinity, bytes: Infinity, lingerMs: MAX_TIMER_MS };

type Step = IteratorResult<unknown>;

const LATE = Symbol("late");

export class InputStream {
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>;
  readonly #classes: ClassRegistry | undefined;
  #taken = 0;
  /** What the source was asked for, and has not given yet. */
  #asked: Promise<Step> | undefined;
  /** What it threw after inputs that were handed out first. */
  #failure: { error: unknown } | undefined;
  #isOver = false;
  #onClose: () => void = () => {};
  #turnedAt = monotonicMs();

  /** @param inputs what can be iterated in either way; as an async iterable where it is both */
  constructor(iterator: Iterator<unknown> | AsyncIterator<unknown>, classes: ClassRegistry | undefined, taken = 0) {
    this.#iterator = iterator;
    this.#classes = classes;
    this.#taken = taken;
  }

  /** Whether all that the source gives has been taken, and it threw nothing behind it. */
  get hasEnded(): boolean {
    return this.#isOver && !this.#failure;
  }

  /**
   * At least one input; undefined when the source has ended. Rejects with what the source throws, with `CodecError`, and with
   * the signal's reason: then the source is closed.
   */
  async next(room: Room, signal: AbortSignal): Promise<EncodedInputs | undefined> {
    const encoder = new InputsEncoder(this.#classes, this.#taken);
    const interrupted = this.#interruption(signal);
    const linger = new Linger(room.lingerMs);
    try {
      while (!this.#isOver && encoder.count < room.calls && encoder.bytes < room.bytes) {
        const step = await this.#step(encoder.count === 0 ? undefined : linger, interrupted);
        if (step === LATE) break;
        checkStep(step);
        if (step.done) this.#isOver = true;
        else encoder.add(step.value);
        if (encoder.count % INPUTS_PER_LOOK === 0) await this.#turn();
      }
    } catch (error) {
      this.#failure = { error };
      this.close();
    } finally {
      linger.stop();
    }
    signal.throwIfAborted();
    this.#taken += encoder.count;
    if (encoder.count > 0) return encoder.finish();
    if (this.#failure) throw this.#failure.error;
    return undefined;
  }

  /** Takes nothing more, and tells the source so. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onClose();
    closeQuietly(this.#iterator);
  }

  /** Of this turn only: a promise that lives longer would hold what has waited for it. */
  #interruption(signal: AbortSignal): Promise<typeof LATE> {
    const closed = new Promise<typeof LATE>((resolve) => {
      this.#onClose = () => resolve(LATE);
    });
    const interruption = Promise.race([closed, rejectionBy(signal)]);
    // A source that gives at once is never raced with it.
    interruption.catch(() => {});
    return interruption;
  }

  #step(linger: Linger | undefined, interrupted: Promise<typeof LATE>): Step | Promise<Step | typeof LATE> {
    const step = this.#asked ?? this.#iterator.next();
    if (!(step instanceof Promise) && !isThenable(step)) return step;
    const asked = Promise.resolve(step);
    this.#asked = asked;
    // Looked at below; until then, a source that throws is no unhandled rejection.
    asked.catch(() => {});
    const forget = (given: Step | typeof LATE) => {
      if (given !== LATE) this.#asked = undefined;
      return given;
    };
    return Promise.race(linger ? [asked, linger.late(), interrupted] : [asked, interrupted]).then(forget);
  }

  async #turn(): Promise<void> {
    if (monotonicMs() - this.#turnedAt < TURN_MS) return;
    await nextTurn();
    this.#turnedAt = monotonicMs();
  }
}

/** Begins with the first look at it. */
class Linger {
  readonly #ms: number;
  #timer: NodeJS.Timeout | undefined;
  #late: Promise<typeof LATE> | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  late(): Promise<typeof LATE> {
    this.#late ??= new Promise((resolve) => {
      this.#timer = setTimeout(() => resolve(LATE), this.#ms);
    });
    return this.#late;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Throws `TypeError` where a loop would: else it would never see an end. */
export function checkStep(step: unknown): void {
  if ((typeof step !== "object" && typeof step !== "function") || step === null)
    throw new TypeError(`The iterator of the inputs gave ${textOf(step)}, which is no object with done and value.`);
}

function isThenable(step: Step | PromiseLike<Step>): step is PromiseLike<Step> {
  return typeof (step as PromiseLike<Step> | undefined)?.then === "function";
}

/** Not awaited, since an iterator that hangs in next() would hang here, too; and what it throws says less than why. */
function closeQuietly(iterator: Iterator<unknown> | AsyncIterator<unknown>): void {
  void Promise.resolve()
    .then(() => iterator.return?.())
    .catch(() => {});
}
