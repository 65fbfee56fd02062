/** The place of shards where there is one backend only. */
import type { Backend, LeftOut, Place, Places } from "./backend.js";

/** A backend by itself. It takes as many shards as it is given: the host hands out no more at once than its limit. */
export class OnePlace implements Places {
  readonly all: readonly [Place];
  #taken = 0;

  constructor(backend: Backend) {
    this.all = [{ name: backend.name, backend }];
  }

  get idle(): number {
    return Math.max(0, this.all[0].backend.limits.concurrency - this.#taken);
  }

  async enter(signal: AbortSignal): Promise<Place> {
    signal.throwIfAborted();
    this.#taken++;
    return this.all[0];
  }

  leave(): void {
    this.#taken--;
  }

  next(not: ReadonlySet<Place>): Place | undefined {
    return this.idle > 0 && !not.has(this.all[0]) ? this.all[0] : undefined;
  }

  hasOther(): boolean {
    return false;
  }

  leftOut(): LeftOut[] {
    return [];
  }
}
