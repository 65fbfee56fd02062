/**
 * Hands out the places of an executor that has several, for all its jobs: in the order in which they were given, each as long as it
 * has room. So a machine of one's own comes first, and a cloud gets what is left.
 */
import { unlessAborted } from "../../util/abort.js";
import { monotonicMs } from "../../util/time.js";
import type { Backend, Leave, LeftOut, Place, Places } from "../backend.js";
import { Standing } from "./standing.js";

/**
 * Time for which a place must have been full before the next one gets shards, ms: what the first has done by then would have taken
 * longer elsewhere, where a worker may have to start.
 */
const OVERFLOW_MS = 50;

interface Seat extends Place {
  readonly standing: Standing;
  /** Shards that have entered. */
  taken: number;
  /** Since when it has had no room, but for moments; and since when it has some. Undefined where it is not so. */
  fullSince: number | undefined;
  freeSince: number | undefined;
}

interface Waiting {
  not: ReadonlySet<Place>;
  /** By the clock that only goes forward. */
  since: number;
  start(seat: Seat): void;
}

export class SeveralPlaces implements Places {
  readonly #seats: readonly Seat[];
  readonly #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(backends: readonly Backend[]) {
    this.#seats = backends.map((backend, i) => ({
      name: nameOf(backends, i),
      backend,
      standing: new Standing(),
      taken: 0,
      fullSince: undefined,
      freeSince: undefined,
    }));
  }

  get all(): readonly Place[] {
    return this.#seats;
  }

  /** Workers of the places that work. */
  get concurrency(): number {
    return this.#usable(NONE).reduce((sum, { backend }) => sum + backend.limits.concurrency, 0);
  }

  get idle(): number {
    return this.#waiting.length > 0 ? 0 : this.#usable(NONE).reduce((sum, seat) => sum + Math.max(0, roomOf(seat)), 0);
  }

  enter(signal: AbortSignal, not: ReadonlySet<Place>): Promise<Place> {
    return unlessAborted<Place>(signal, (resolve) => {
      const waiting: Waiting = { not, since: monotonicMs(), start: resolve };
      this.#waiting.push(waiting);
      this.#serve();
      return () => {
        const at = this.#waiting.indexOf(waiting);
        if (at >= 0) this.#waiting.splice(at, 1);
      };
    });
  }

  leave(place: Place, how: Leave, enteredAt: number): void {
    const seat = place as Seat;
    seat.taken--;
    this.#warn(seat, seat.standing.note(how, enteredAt));
    this.#serve();
    if (roomOf(seat) > 0) seat.freeSince ??= monotonicMs();
  }

  next(not: ReadonlySet<Place>): Place | undefined {
    if (this.#waiting.length > 0) return undefined;
    return this.#usable(not).find((seat) => !not.has(seat) && roomOf(seat) > 0);
  }

  hasOther(not: ReadonlySet<Place>): boolean {
    return this.#seats.some((seat) => !seat.standing.isOut && !not.has(seat));
  }

  leftOut(from: number, to: number): LeftOut[] {
    return this.#seats.flatMap(({ name, standing }) => {
      const why = standing.whyOut(from, to);
      return why === undefined ? [] : [{ name, why }];
    });
  }

  standingOf(place: Place): Standing {
    return (place as Seat).standing;
  }

  /** It cannot be reached. */
  leaveOut(place: Place, why: string): void {
    this.#warn(place, this.standingOf(place).unreachable(why));
  }

  /** Those that work, and of these others than `not` where there are any. */
  #usable(not: ReadonlySet<Place>): readonly Seat[] {
    const work = this.#seats.filter(({ standing }) => !standing.isOut);
    const others = work.filter((seat) => !not.has(seat));
    if (others.length > 0) return others;
    return work.length > 0 ? work : this.#seats;
  }

  #serve(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (let i = 0; i < this.#waiting.length; ) {
      const waiting = this.#waiting[i] as Waiting;
      const seat = this.#pick(waiting);
      if (!seat) {
        i++;
        continue;
      }
      this.#waiting.splice(i, 1);
      take(seat);
      waiting.start(seat);
    }
  }

  #pick({ not, since }: Waiting): Seat | undefined {
    const usable = this.#usable(not);
    for (const seat of usable) {
      if (roomOf(seat) > 0) return seat;
      seat.fullSince ??= monotonicMs();
      if (!this.#hasPassed(seat.fullSince)) return undefined;
    }
    // Other jobs have them all: where they take turns, it may wait for its own, one shard for each worker.
    const isFair = (seat: Seat) => seat.backend.takesTurns && roomOf(seat) > -seat.backend.limits.concurrency;
    return this.#hasPassed(since) ? usable.find(isFair) : undefined;
  }

  /** Whether that is long enough ago; else those who wait are looked after again when it will be. */
  #hasPassed(since: number): boolean {
    const leftMs = OVERFLOW_MS - (monotonicMs() - since);
    if (leftMs > 0) this.#timer ??= setTimeout(() => this.#serve(), Math.ceil(leftMs));
    return leftMs <= 0;
  }

  #warn({ name }: Place, why: string | undefined): void {
    if (why === undefined) return;
    const others = this.#seats.filter((seat) => seat.name !== name && !seat.standing.isOut).map((seat) => seat.name);
    const then = others.length > 0 ? `Shards go to ${others.join(" and ")}.` : "No other place is left.";
    process.emitWarning(`The backend ${name} is left out for a minute: ${why} ${then}`, "NodewrenWarning");
  }
}

const NONE: ReadonlySet<Place> = new Set();

function roomOf({ backend, taken }: Seat): number {
  return backend.limits.concurrency - taken;
}

/** A moment between two shards is not taken for room. */
function take(seat: Seat): void {
  const at = monotonicMs();
  seat.taken++;
  if (roomOf(seat) > 0) return;
  if (seat.freeSince !== undefined && at - seat.freeSince > OVERFLOW_MS) seat.fullSince = undefined;
  seat.freeSince = undefined;
  seat.fullSince ??= at;
}

function nameOf(backends: readonly Backend[], i: number): string {
  const { name } = backends[i] as Backend;
  const namesakes = backends.filter((one) => one.name === name);
  return namesakes.length === 1 ? name : `${name} ${namesakes.indexOf(backends[i] as Backend) + 1}`;
}
