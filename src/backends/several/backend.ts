/** Runs shards wherever there is room: several backends as one, as far as one store reaches all of them. */
import { InvokeError } from "../../errors.js";
import { settledWithin } from "../../util/abort.js";
import { INSPECT, type InspectArguments, inspected } from "../../util/inspected.js";
import { monotonicMs, SECOND_MS } from "../../util/time.js";
import type { Answer, ShardRequest } from "../../wire/messages.js";
import type { Backend, BackendLimits, Leave, OnHeld, OnPrinted, Place, WorkerSetting } from "../backend.js";
import { limitsTogether } from "./limits.js";
import { SeveralPlaces } from "./places.js";

/** Time by which a place must have told its limits once another one has, ms; else it is left out. */
const LATE_MS = 10 * SECOND_MS;

export class SeveralBackends implements Backend {
  readonly name: string;
  readonly places: SeveralPlaces;
  readonly #backends: readonly Backend[];

  /** @param backends the first ones first; two at least */
  constructor(backends: readonly Backend[]) {
    this.#backends = backends;
    this.places = new SeveralPlaces(backends);
    this.name = this.places.all.map(({ name }) => name).join("+");
  }

  [INSPECT](...how: InspectArguments): string {
    return inspected("SeveralBackends", { backends: this.#backends }, how);
  }

  get reach(): Backend["reach"] {
    return this.#backends.every(({ reach }) => reach === "machine") ? "machine" : "network";
  }

  get maxShardMs(): number {
    return Math.min(...this.#backends.map(({ maxShardMs }) => maxShardMs));
  }

  get limits(): BackendLimits {
    return limitsTogether(this.#backends, this.places.concurrency);
  }

  /**
   * Resolves once all have told, or one of them has and the others are late; those that cannot be reached are left out. Rejects with
   * `InvokeError` when none can.
   */
  async ready(): Promise<void> {
    const { all } = this.places;
    const known = all.filter((place) => !this.places.standingOf(place).isUnreachable);
    const late = new Set(known.length > 0 ? known : all);
    const failures: string[] = [];
    const asked = [...late].map(async (place) => {
      try {
        await place.backend.ready?.();
        // One that is later than that waits for the next job, whose plan counts on it.
        if (late.delete(place)) this.places.standingOf(place).reached();
      } catch (error) {
        late.delete(place);
        failures.push(`${place.name}: ${(error as Error).message}`);
        this.places.leaveOut(place, (error as Error).message);
        throw error;
      }
    });
    const first = await Promise.any(asked).catch((error: AggregateError) => error);
    if (first instanceof AggregateError)
      throw new InvokeError(`None of the backends can be reached. ${failures.join(" ")}`, { cause: first.errors[0] });
    await settledWithin(Promise.allSettled(asked), LATE_MS);
    for (const place of late)
      this.places.leaveOut(place, `it was not ready ${LATE_MS / SECOND_MS} s after another one.`);
    late.clear();
  }

  /** Throws for what any of those that work could not take: any of them may get it. */
  checkRequest(request: ShardRequest): void {
    for (const place of this.#working()) place.backend.checkRequest?.(request);
  }

  warm(workers: number, setting: WorkerSetting): void {
    let left = workers;
    for (const { backend } of this.#working()) {
      if (left <= 0) return;
      backend.warm(left, setting);
      left -= backend.limits.concurrency;
    }
  }

  async invoke(
    request: ShardRequest,
    signal: AbortSignal,
    onHeld?: OnHeld,
    onPrinted?: OnPrinted,
  ): Promise<Answer | undefined> {
    const place = await this.places.enter(signal, new Set());
    const enteredAt = monotonicMs();
    let how: Leave = "over";
    try {
      const answer = await place.backend.invoke(request, signal, onHeld, onPrinted);
      how = "answered";
      return answer;
    } catch (failed) {
      if (!signal.aborted) how = { failed };
      throw failed;
    } finally {
      this.places.leave(place, how, enteredAt);
    }
  }

  async close(): Promise<void> {
    const closed = await Promise.allSettled(this.#backends.map((backend) => backend.close()));
    for (const one of closed) if (one.status === "rejected") throw one.reason;
  }

  #working(): readonly Place[] {
    return this.places.all.filter((place) => !this.places.standingOf(place).isOut);
  }
}
