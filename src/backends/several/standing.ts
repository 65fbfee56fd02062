/** Whether a place works: one at which every attempt fails is left out for a while, and that is said. */
import { MINUTE_MS, monotonicMs, now, SECOND_MS } from "../../util/time.js";
import { type Leave, WorkerDeath, WorkerRefusal } from "../backend.js";
import { isFromOutside } from "../death.js";

/** Attempts that fail one after the other until a place is left out: fewer may be chance. */
const MOST_FAULTS = 3;

/** Time until it is tried again, ms. */
const OUT_MS = MINUTE_MS;

/** An attempt without an answer for so long counts as failed when a copy elsewhere is first, ms: a cold start takes less. */
const SILENT_MS = 10 * SECOND_MS;

export class Standing {
  #faults = 0;
  #answeredAt = -Infinity;
  /** By the clock that only goes forward; `Infinity` until it can be reached again. */
  #outUntil = -Infinity;
  #mayAskFrom = -Infinity;
  /** When it was left out the last time, and until when; Unix times, ms. */
  #out: { why: string; from: number; to: number } | undefined;
  #hasWarned = false;

  get isOut(): boolean {
    return monotonicMs() < this.#outUntil;
  }

  /** Whether it could not be reached, and too little time has passed to ask again. */
  get isUnreachable(): boolean {
    return monotonicMs() < this.#mayAskFrom;
  }

  /** Why it was left out in that time; undefined where it was not. Unix times, ms. */
  whyOut(from: number, to: number): string | undefined {
    const out = this.#out;
    return out && out.from <= to && out.to >= from ? out.why : undefined;
  }

  /**
   * Notes how an attempt ended that began then. Returns why the place is left out from now on; undefined where it is not, or where
   * that was said already.
   */
  note(how: Leave, enteredAt: number): string | undefined {
    if (how === "answered") {
      this.#faults = 0;
      this.#answeredAt = monotonicMs();
      this.#end();
      return undefined;
    }
    const why = this.#faultOf(how, enteredAt);
    if (why === undefined) return undefined;
    this.#faults++;
    if (this.#faults < MOST_FAULTS) return undefined;
    return this.#leaveOut(`${this.#faults} shards in a row failed there. The last one: ${why}`, OUT_MS);
  }

  /** It does not take shards until `reached()`. Returns as `note` does. */
  unreachable(why: string): string | undefined {
    this.#mayAskFrom = monotonicMs() + OUT_MS;
    return this.#leaveOut(why, Infinity);
  }

  /** It has told its limits. That says nothing of shards that failed there. */
  reached(): void {
    if (this.#outUntil === Infinity) this.#end();
  }

  #leaveOut(why: string, ms: number): string | undefined {
    const at = now();
    const from = this.isOut ? (this.#out?.from ?? at) : at;
    this.#outUntil = monotonicMs() + ms;
    this.#out = { why, from, to: at + ms };
    if (this.#hasWarned) return undefined;
    this.#hasWarned = true;
    return why;
  }

  #end(): void {
    if (this.isOut && this.#out) this.#out.to = now();
    this.#outUntil = -Infinity;
    this.#mayAskFrom = -Infinity;
    this.#hasWarned = false;
  }

  /** Undefined for what is no fault of the place's, as far as is known. */
  #faultOf(how: Exclude<Leave, "answered">, enteredAt: number): string | undefined {
    if (how === "over") return undefined;
    if (how === "overtaken") {
      const silentMs = monotonicMs() - enteredAt;
      const isSilent = silentMs >= SILENT_MS && this.#answeredAt < enteredAt;
      return isSilent ? `no answer came for ${Math.round(silentMs / SECOND_MS)} s.` : undefined;
    }
    const { failed } = how;
    if (failed instanceof WorkerRefusal) return failed.isUnfit ? undefined : failed.message;
    if (failed instanceof WorkerDeath && isFromOutside(failed.death))
      return `the worker ended (${failed.death.signal ?? failed.death.kind}).`;
    return undefined;
  }
}
