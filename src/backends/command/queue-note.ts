/** Says on screen that shards wait for hosts that wait themselves, in the queue of a cluster, and what for. */
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../util/time.js";
import type { Place } from "./place.js";

/** Times after which it is said, ms; then each hour. */
const AFTER_MS = [10 * SECOND_MS, MINUTE_MS, 10 * MINUTE_MS];

export class QueueNote {
  readonly #places: readonly Place[];
  readonly #isAwaited: () => boolean;
  #timer: NodeJS.Timeout | undefined;
  #said = 0;

  /** @param isAwaited whether shards wait for a worker */
  constructor(places: readonly Place[], isAwaited: () => boolean) {
    this.#places = places;
    this.#isAwaited = isAwaited;
  }

  /** To be called when shards come. */
  start(): void {
    this.#timer ??= setTimeout(() => this.#look(), AFTER_MS[this.#said] ?? HOUR_MS).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#said = 0;
  }

  #look(): void {
    if (!this.#isAwaited() || this.#places.some(({ hello }) => hello)) {
      this.stop();
      return;
    }
    process.emitWarning(`Jobs wait for ${this.#text()}.`, "NodewrenWarning");
    this.#timer = undefined;
    this.#said++;
    this.start();
  }

  #text(): string {
    const queued = this.#places.flatMap(({ waitsFor }) => waitsFor ?? []);
    if (queued.length === 0) return "a host that answers";
    return `the cluster, in whose queue ${queued.length} tasks are (${[...new Set(queued)].join(", ")})`;
  }
}
