/** The hosts of a backend: which of them gets the next worker, and what is told when some or all of them fail. */
import { setTimeout as sleep } from "node:timers/promises";
import { InvokeError } from "../../errors.js";
import { MINUTE_MS, monotonicMs, SECOND_MS } from "../../util/time.js";
import type { System } from "../../wire/system.js";
import { WorkerRefusal, type WorkerSetting } from "../backend.js";
import type { WorkerProcess } from "../pool/worker-process.js";
import type { Place } from "./place.js";

/** Time for which a job waits for hosts of which none answers any more, ms: long enough for one to start anew. */
const LOST_MS = 2 * MINUTE_MS;

/** Time that other hosts get to answer once one has, ms. */
const OTHERS_MS = 5 * SECOND_MS;

export class Hosts {
  readonly #places: readonly Place[];
  /** Hosts of which it was said that they are left out. */
  readonly #leftOut = new Set<Place>();
  #hasAnswered = false;
  /** When all of them had failed, after which none has answered. */
  #downSince: number | undefined;

  constructor(places: readonly Place[]) {
    this.#places = places;
  }

  get size(): number {
    return Math.max(
      1,
      this.#places.reduce((sum, place) => sum + place.size, 0),
    );
  }

  /** What is the same on all that have answered. */
  get system(): System | undefined {
    const [first, ...others] = this.#places.flatMap(({ hello }) => hello ?? []).map(({ system }) => system);
    if (!first) return undefined;
    const same = <K extends keyof System>(name: K) =>
      others.every((one) => one[name] === first[name]) ? first[name] : undefined;
    return { platform: first.platform, arch: same("arch"), libc: same("libc"), abi: same("abi") };
  }

  /** On the host with the most room, one that has answered before all others; undefined when none has any now. Throws when none ever will. */
  start(setting: WorkerSetting): WorkerProcess | undefined {
    if (this.#places.every(({ failure }) => failure?.isFinal)) throw this.refusal();
    const withRoom = this.#places.filter(({ hasRoom }) => hasRoom);
    const [best] = withRoom.toSorted((a, b) => a.load - b.load);
    return best?.start(setting);
  }

  /** Resolves once hosts have answered. Rejects with `InvokeError` when none does. */
  async connect(): Promise<void> {
    if (this.#places.some(isUp)) return;
    const answers = this.#places.map((place) => place.connect());
    const all = Promise.allSettled(answers);
    const timers = new AbortController();
    try {
      await Promise.any(answers);
      await Promise.race([all, sleep(OTHERS_MS, undefined, { signal: timers.signal }).catch(() => {})]);
    } catch {
      throw new InvokeError(this.#message());
    } finally {
      timers.abort();
    }
  }

  /** Says once of each host that fails that it is left out, as others go on. To be called when one has changed. */
  note(place: Place): void {
    if (place.hello) {
      this.#hasAnswered = true;
      this.#downSince = undefined;
      this.#leftOut.delete(place);
    }
    if (!this.#places.some(isUp)) return;
    for (const one of this.#places) {
      if (!one.failure || this.#leftOut.has(one)) continue;
      this.#leftOut.add(one);
      process.emitWarning(`Jobs go on without the host ${one.name}: ${one.failure.message}.`, "NodewrenWarning");
    }
  }

  /** Why shards need not wait any longer; undefined: they may. */
  giveUp(): WorkerRefusal | undefined {
    if (!this.#places.every(({ failure }) => failure)) return undefined;
    this.#downSince ??= monotonicMs();
    const isFinal = !this.#hasAnswered || this.#places.every(({ failure }) => failure?.isFinal);
    return isFinal || monotonicMs() - this.#downSince > LOST_MS ? this.refusal() : undefined;
  }

  refusal(): WorkerRefusal {
    return new WorkerRefusal("invoke", this.#message(), { transient: false });
  }

  #message(): string {
    const reasons = this.#places.map(({ name, failure }) => `${name}: ${failure?.message ?? "it does not answer"}.`);
    return reasons.length === 1
      ? `No workers can be started on ${reasons[0]}`
      : `No host can run workers.\n  ${reasons.join("\n  ")}`;
  }
}

function isUp({ hello, failure }: Place): boolean {
  return hello !== undefined && failure === undefined;
}
