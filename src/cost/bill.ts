/** The invocations of a job, and what a platform bills for them: as its own log says where it is heard, else as the workers' clocks do. */
import type { Billed, BilledPlace, Invocation } from "../wire/billed.js";

/** Time from the result about to be stored until the invocation is over, ms: one write to S3, and the answer. */
const STORE_MS = 30;

/** Workers' time at one place. */
export interface ComputeUsage {
  place: Omit<BilledPlace, "diskMb">;
  invocations: number;
  /** Rounded up to whole ms, each. */
  billedMs: number;
  /** Workers that started for it, and how long that took them together, ms. */
  starts: number;
  startMs: number;
  /** Of invocations whose platform said so itself. */
  toldMs: number;
}

export class Bill {
  readonly #usage = new Map<string, ComputeUsage>();
  /** By attempt: what the platform said of those of which no result is known yet, or never will be. */
  readonly #told = new Map<string, Billed>();
  #invoked = 0;
  /** Results of invocations that another host made. */
  #others = 0;

  /** This host has asked the platform for an invocation. */
  invoke(): void {
    this.#invoked++;
  }

  /** The platform says what it bills for an attempt. */
  tell(attemptId: string, billed: Billed): void {
    this.#told.set(attemptId, billed);
  }

  /**
   * A result is known.
   *
   * @param isOwn whether this host asked for the invocation
   */
  add(attemptId: string, invocation: Invocation, isOwn: boolean): void {
    const told = this.#told.get(attemptId);
    this.#told.delete(attemptId);
    if (!isOwn) this.#others++;
    const { ranMs, initMs = 0, ...place } = invocation;
    const ms = told?.ms ?? Math.ceil(initMs + ranMs + STORE_MS);
    const one = addTo(this.#usage, place, ms, told?.ms ?? 0);
    one.startMs += initMs;
    if (initMs > 0) one.starts++;
  }

  /** Those that this host made, and those of other hosts as far as their results are known. */
  get invocations(): number {
    return this.#invoked + this.#others;
  }

  /** @param place of invocations whose platform told, and whose worker did not: it died, or its result came too late */
  usage(place: BilledPlace | undefined): ComputeUsage[] {
    const usage = new Map([...this.#usage].map(([key, one]) => [key, { ...one }]));
    for (const { ms, memoryMb } of this.#told.values())
      if (place) addTo(usage, { region: place.region, architecture: place.architecture, memoryMb }, ms, ms);
    return [...usage.values()];
  }
}

function addTo(
  usage: Map<string, ComputeUsage>,
  place: ComputeUsage["place"],
  ms: number,
  toldMs: number,
): ComputeUsage {
  const key = JSON.stringify([place.region, place.architecture, place.memoryMb]);
  const one = usage.get(key) ?? { place, invocations: 0, billedMs: 0, starts: 0, startMs: 0, toldMs: 0 };
  one.invocations++;
  one.billedMs += ms;
  one.toldMs += toldMs;
  usage.set(key, one);
  return one;
}
