/**
 * Lambda as far as a host sees it, in this process: workers start no faster than Lambda's ramp allows, take a time each, and
 * now and then die or lose their answer. What they run costs nothing, so that what is measured is the host's.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { WorkerDeath, WorkerRefusal } from "../../src/backends/backend.js";
import { Gate } from "../../src/backends/throttle-gate.js";
import { encode } from "../../src/codec/codec.js";
import type { Answer, Backend, ShardRequest, Store } from "../../src/index.js";
import { resultKey } from "../../src/wire/keys.js";
import { encodeResult } from "../../src/wire/result.js";
import type { Random } from "../../test/mutated/random.js";

export interface Ramp {
  /** Workers that may be started at once at first, and in each `windowMs` after that. */
  workers: number;
  windowMs: number;
  /** Workers at once. */
  most: number;
}

/** A function's scaling rate, says AWS: 1,000 more environments every 10 seconds (Lambda quotas, 2026). */
export const RAMP: Ramp = { workers: 1000, windowMs: 10_000, most: 10_000 };

export interface Latencies {
  /** Start of a worker that is not warm, ms, least and most. */
  coldMs: [number, number];
  /** Run of a shard, ms, least and most. */
  runMs: [number, number];
}

/** Shares of the invocations that end so. */
export interface Faults {
  dies: number;
  losesAnswer: number;
}

const VALUE = encode(1);

export class SimulatedLambda implements Backend {
  readonly name = "simulated";
  readonly reach = "machine";
  readonly maxShardMs = 900_000;
  readonly limits: Backend["limits"];
  readonly counts = { invoked: 0, throttled: 0, died: 0, lost: 0, most: 0 };
  readonly #gate: Gate;
  #warm = 0;
  #running = 0;
  #tokens: number;
  #filledAt = performance.now();

  constructor(
    private readonly store: Store,
    private readonly random: Random,
    private readonly setting: { ramp: Ramp; latencies: Latencies; faults: Faults },
  ) {
    const { most, workers } = setting.ramp;
    this.limits = { concurrency: most, shardsPerWorker: 1, inlineBytes: 128 * 1024 };
    this.#gate = new Gate({ max: most, maxThrottleMs: 900_000 });
    this.#tokens = workers;
  }

  warm(): void {}

  async close(): Promise<void> {}

  async invoke(request: ShardRequest, signal: AbortSignal): Promise<Answer> {
    for (let isBack = false; ; isBack = true) {
      await this.#gate.enter(signal, isBack);
      if (this.#admits()) break;
      this.counts.throttled++;
      this.#gate.throttle("Lambda throttles.");
    }
    try {
      return await this.#run(request);
    } finally {
      this.#gate.leave(true);
    }
  }

  /** Whether there is a worker: a warm one, or one that the ramp allows to start. */
  #admits(): boolean {
    const { workers, windowMs, most } = this.setting.ramp;
    const now = performance.now();
    this.#tokens = Math.min(workers, this.#tokens + ((now - this.#filledAt) * workers) / windowMs);
    this.#filledAt = now;
    if (this.#running >= most) return false;
    if (this.#warm > 0) return true;
    return this.#tokens >= 1;
  }

  async #run(request: ShardRequest): Promise<Answer> {
    const { latencies, faults } = this.setting;
    const isWarm = this.#warm > 0;
    if (isWarm) this.#warm--;
    else this.#tokens--;
    this.#running++;
    this.counts.invoked++;
    this.counts.most = Math.max(this.counts.most, this.#running);
    await sleep((isWarm ? 0 : this.#between(latencies.coldMs)) + this.#between(latencies.runMs));
    this.#running--;
    const fate = this.random.below(1);
    if (fate < faults.dies) {
      this.counts.died++;
      throw new WorkerDeath({ kind: "signal", index: undefined, certain: false, signal: "SIGKILL" });
    }
    this.#warm++;
    return this.#answer(request, fate < faults.dies + faults.losesAnswer);
  }

  async #answer(request: ShardRequest, isLost: boolean): Promise<Answer> {
    const result = resultOf(request);
    await this.store.putIfAbsent(resultKey(request.jobId, request.shard.name), result);
    if (!isLost) return { attemptId: request.attemptId, result, writeMs: 1 };
    this.counts.lost++;
    throw new WorkerRefusal("invoke", "The answer was lost.", { transient: true, mayHaveRun: true });
  }

  #between([least, most]: [number, number]): number {
    return least + this.random.below(most - least);
  }
}

function resultOf({ jobId, shard, attemptId, attempt }: ShardRequest): Uint8Array {
  const call = { ok: true, runMs: 1, startMs: 0, bytes: VALUE };
  const header = {
    jobId,
    shard: shard.name,
    attemptId,
    attempt,
    worker: "simulated",
    startedAt: Date.now(),
    fetchMs: 1,
  };
  const calls = new Array(shard.count).fill(call);
  return Buffer.concat(encodeResult({ ...header, count: shard.count, output: {}, calls }));
}
