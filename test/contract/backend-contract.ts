/** What every backend must do with a shard, whichever way it runs workers and hears of them. */
import { randomUUID } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Backend, type WorkerDeath, WorkerRefusal } from "../../src/backends/backend.js";
import { decode } from "../../src/codec/codec.js";
import { Poller } from "../../src/host/store-poller.js";
import { FileStore } from "../../src/stores/file/store.js";
import type { Store } from "../../src/stores/store.js";
import { functionKey } from "../../src/wire/keys.js";
import type { Answer, ShardRequest } from "../../src/wire/messages.js";
import { newFolder } from "../support/folders.js";
import { storedResult, storeShard } from "../support/stored-shards.js";
import { until } from "../support/until.js";

export interface BackendCase {
  /** Made once for all tests: what backends run on may take seconds to start. */
  start(): Promise<{
    newBackend(): Backend;
    /** That its workers can open; default: a folder of its own for each test. */
    store?: Store;
    close(): Promise<void>;
  }>;
}

/** Of a call that would never end, ms: longer than a busy machine takes to end its worker. */
const LIMIT_MS = 20_000;

const never = new AbortController().signal;

export function describeBackend(name: string, { start }: BackendCase): void {
  describe(`every backend: ${name}`, () => {
    let started: Awaited<ReturnType<BackendCase["start"]>>;
    let backend: Backend;
    let store: Store;

    beforeAll(async () => {
      started = await start();
    });
    afterAll(() => started.close());
    beforeEach(async () => {
      store = started.store ?? new FileStore(newFolder());
      backend = started.newBackend();
      await backend.ready?.();
    });
    afterEach(() => backend.close());

    /** As the host does: what is not answered is seen in the store. */
    async function run(request: ShardRequest, signal = never): Promise<Answer | undefined> {
      const answer = await backend.invoke(request, signal);
      const run = { store, jobId: request.jobId, backend };
      if (!answer) await new Poller(run).seen(request, signal);
      return answer;
    }

    async function resultsOf(request: ShardRequest) {
      const result = await storedResult(store, request);
      return result?.calls.map(({ ok, bytes }) => ({ ok, value: decode(bytes) as never }));
    }

    async function failureOf(promise: Promise<unknown>): Promise<Error> {
      const error = await promise.then(
        () => undefined,
        (error) => error,
      );
      expect(error).toBeInstanceOf(Error);
      return error;
    }

    async function deathOf(request: ShardRequest): Promise<WorkerDeath["death"]> {
      const error = (await failureOf(run(request))) as WorkerDeath;
      expect(error.constructor.name, error.message).toBe("WorkerDeath");
      return error.death;
    }

    it("tells its limits as numbers that make sense", () => {
      const { concurrency, shardsPerWorker, pollMs = 1 } = backend.limits;
      expect(Number.isInteger(concurrency) && concurrency >= 1).toBe(true);
      expect(shardsPerWorker).toBeGreaterThanOrEqual(1);
      expect(pollMs).toBeGreaterThan(0);
      expect(backend.maxShardMs).toBeGreaterThan(0);
      expect(["machine", "network"]).toContain(backend.reach);
      expect(backend.name).not.toBe("");
    });

    it("runs a shard: once it is heard of, its result is in the store", async () => {
      const request = await storeShard(store, (x: number) => x * x, [1, 2, 3]);
      const answer = await run(request);
      expect(await resultsOf(request)).toEqual([1, 4, 9].map((value) => ({ ok: true, value })));
      expect(await storedResult(store, request)).toMatchObject({ attemptId: request.attemptId });
      if (answer) expect(answer.attemptId).toBe(request.attemptId);
    });

    it("runs shards at the same time, and others after them", async () => {
      const pause = async (x: number) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return x;
      };
      const requests = await Promise.all([1, 2, 3, 4, 5].map((x) => storeShard(store, pause, [x])));
      await Promise.all(requests.map((request) => run(request)));
      const results = await Promise.all(requests.map(resultsOf));
      expect(results).toEqual([1, 2, 3, 4, 5].map((value) => [{ ok: true, value }]));
    });

    it("makes what a call throws part of the result", async () => {
      const sometimes = (x: number) => {
        if (x === 2) throw new RangeError("two");
        return x;
      };
      const request = await storeShard(store, sometimes, [1, 2, 3]);
      await run(request);
      expect(await resultsOf(request)).toMatchObject([
        { ok: true, value: 1 },
        { ok: false, value: { kind: "thrown", className: "RangeError" } },
        { ok: true, value: 3 },
      ]);
    });

    it("passes environment variables and inputs that ride along", async () => {
      const request = await storeShard(store, (x: number) => `${process.env.GREETING} ${x}`, [7], {
        env: { GREETING: "hello" },
      });
      await run(request);
      expect(await resultsOf(request)).toEqual([{ ok: true, value: "hello 7" }]);
    });

    it("refuses a shard whose function is not in the store, and runs the next one", async () => {
      const request = await storeShard(store, (x: number) => x, [1]);
      await store.delete(functionKey(request.functionDigest));
      const refusal = await failureOf(run(request));
      expect(refusal).toBeInstanceOf(WorkerRefusal);
      expect(refusal).toMatchObject({ kind: "store" });
      expect(await storedResult(store, request)).toBeUndefined();
      const next = await storeShard(store, (x: number) => x + 1, [1]);
      await run(next);
      expect(await resultsOf(next)).toEqual([{ ok: true, value: 2 }]);
    });

    it("tells a death by exit, with the call and the code, and runs the next shard", async () => {
      const exit = (x: number) => (x === 2 ? process.exit(7) : x);
      const request = await storeShard(store, exit, [1, 2, 3]);
      expect(await deathOf(request)).toMatchObject({ kind: "exit", exitCode: 7, index: 1, certain: true });
      expect(await storedResult(store, request)).toBeUndefined();
      const next = await storeShard(store, (x: number) => x + 1, [1]);
      await run(next);
      expect(await resultsOf(next)).toEqual([{ ok: true, value: 2 }]);
    });

    it("tells a death by a call's time limit, with the call, even when it blocks its process", async () => {
      const block = (x: number) => {
        if (x === 2) for (;;);
        return x;
      };
      const request = await storeShard(store, block, [1, 2], { timeoutMs: 300 });
      expect(await deathOf(request)).toMatchObject({ kind: "timeout", index: 1, certain: true });
    });

    it("tells a death by a memory limit", async () => {
      const fill = () => {
        const kept: Buffer[] = [];
        for (;;) kept.push(Buffer.alloc(8 * 2 ** 20, 1));
      };
      const request = await storeShard(store, fill, [1], { memoryMb: 64 });
      expect(await deathOf(request)).toMatchObject({ kind: "memory", index: 0 });
    });

    it("starts nothing once its signal is aborted, and rejects soon when it is while the shard runs", async () => {
      const begun = `${newFolder()}/begun`;
      const hang = (file: string) => {
        writeFileSync(file, "");
        return new Promise(() => {});
      };
      const request = await storeShard(store, hang, [begun], { timeoutMs: LIMIT_MS });
      await expect(run(request, AbortSignal.abort(new RangeError("before")))).rejects.toThrow("before");
      const controller = new AbortController();
      const invoked = failureOf(run({ ...request, attemptId: randomUUID() }, controller.signal));
      await until(() => existsSync(begun));
      const aborted = performance.now();
      controller.abort(new RangeError("meanwhile"));
      // Its host has given the shard up, and heeds no reason; a worker that can be ended is a death.
      const error = await invoked;
      expect(error.message).toMatch(/^meanwhile$|^The worker ended/);
      // Its call would have taken as long as its time limit.
      expect(performance.now() - aborted).toBeLessThan(LIMIT_MS);
    });

    it("warms without ever throwing, and closes more than once, used or not", async () => {
      expect(backend.warm(1, { memoryMb: undefined, store: store.descriptor })).toBeUndefined();
      expect(backend.warm(1e6, { memoryMb: 64, store: store.descriptor })).toBeUndefined();
      await backend.close();
      await backend.close();
      await started.newBackend().close();
    });
  });
}
