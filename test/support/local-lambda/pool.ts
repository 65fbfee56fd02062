/** The environments of one function, and how many of them may work at once. */
import { ApiError } from "./api-error.js";
import type { Deployment } from "./deployment.js";
import { Environment, type Finished, type Host } from "./environment.js";

export type ThrottleReason = "ReservedFunctionConcurrentInvocationLimitExceeded" | "ConcurrentInvocationLimitExceeded";

export interface PoolStats {
  /** Environments that were started. */
  coldStarts: number;
  invocations: number;
  /** The most invocations that ran at once. */
  maxConcurrency: number;
  throttles: number;
}

export class Pool {
  #environments = new Set<Environment>();
  #isClosed = false;
  /** Invocations that run now. */
  running = 0;
  readonly stats: PoolStats = { coldStarts: 0, invocations: 0, maxConcurrency: 0, throttles: 0 };

  constructor(readonly host: Host) {}

  get size(): number {
    return this.#environments.size;
  }

  /** The caller has made sure that there is room. */
  async invoke(deployment: Deployment, requestId: string, payload: string | Uint8Array): Promise<Finished> {
    if (this.#isClosed) throw new ApiError(404, "ResourceNotFoundException", "The function was deleted.");
    this.running++;
    this.stats.invocations++;
    this.stats.maxConcurrency = Math.max(this.stats.maxConcurrency, this.running);
    try {
      return await this.#idle(deployment).invoke(requestId, payload);
    } finally {
      this.running--;
    }
  }

  /** Environments of other deployments go: at once when idle, else when they have finished. */
  retire(current: readonly Deployment[]): void {
    for (const one of this.#environments) if (!current.includes(one.deployment) && one.isIdle) one.kill();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const all = [...this.#environments];
    for (const one of all) one.kill();
    await Promise.all(all.map((one) => one.gone()));
  }

  #idle(deployment: Deployment): Environment {
    for (const one of this.#environments) {
      if (!one.isIdle) continue;
      if (one.deployment === deployment) return one;
      one.kill();
    }
    this.stats.coldStarts++;
    const made: Environment = new Environment(deployment, this.host, () => {
      if (made.isGone) this.#environments.delete(made);
    });
    this.#environments.add(made);
    return made;
  }
}
