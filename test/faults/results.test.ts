/** What lies on a shard's key: only its own first result counts, whatever is damaged, swapped, late or twice. */

import { randomUUID } from "node:crypto";
import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Backend, FileStore, LocalBackend, type Settled, StoreError, VersionError, WorkerDeath } from "nodewren";
import { describe, expect, it } from "vitest";
import { encode } from "../../src/codec/codec.js";
import { resultKey } from "../../src/wire/keys.js";
import { decodeResult } from "../../src/wire/read-result.js";
import { encodeResult, type ShardResult } from "../../src/wire/result.js";
import { keysOf } from "../contract/store-contract.js";
import { newExecutor } from "../support/executors.js";
import { newFolder } from "../support/folders.js";
import { flip, HandledStore, LARGE_BYTES, settledInTime, statesOf } from "../support/handled-store.js";
import { shareOf } from "../support/long.js";

describe("a result object", () => {
  async function runDamaged(damage: (file: string) => void): Promise<Settled<number>[]> {
    const store = new HandledStore(newFolder());
    const executor = newExecutor({ store });
    let isDamaged = false;
    store.beforeGet = (key, file) => {
      if (!key.endsWith("/results/0000001") || isDamaged) return;
      isDamaged = true;
      damage(file);
    };
    const job = executor.map((x: number) => new Uint8Array(300_000).fill(x), [0, 1, 2, 3], { callsPerShard: 1 });
    const settled = await settledInTime(job);
    expect(isDamaged).toBe(true);
    return settled.map((outcome) =>
      outcome.status === "fulfilled"
        ? { status: "fulfilled", value: outcome.value[LARGE_BYTES - 1] as number }
        : outcome,
    );
  }

  const DAMAGES: [string, (file: string) => void, RegExp][] = [
    ["with a changed byte in its values", (file) => flip(file, -1), /damaged/],
    ["that is gone", (file) => rmSync(file), /results\/0000001/],
    ["with a changed byte in its header", (file) => flip(file, 60), /damaged/],
    ["with a changed digest", (file) => flip(file, 10), /damaged/],
    ["that is cut short", (file) => truncateSync(file, 100_000), /damaged/],
    ["that is empty", (file) => truncateSync(file, 0), /results\/0000001/],
  ];
  it.each(shareOf(DAMAGES, 1))("%s fails its own calls only", async (_how, damage, message) => {
    const settled = await runDamaged(damage);
    expect(settled.filter((_, index) => index !== 1)).toEqual([
      { status: "fulfilled", value: 0 },
      { status: "fulfilled", value: 2 },
      { status: "fulfilled", value: 3 },
    ]);
    const outcome = settled[1] as Settled<number>;
    // One that is gone may be made again.
    if (outcome.status === "fulfilled") return expect(outcome.value).toBe(1);
    expect(outcome.reason).toSatisfy((error) => error instanceof StoreError || error instanceof VersionError);
    expect(outcome.reason.message).toMatch(message);
  });

  it("of another format version is told apart from a damaged one", async () => {
    const [, second] = await runDamaged((file) => {
      const bytes = readFileSync(file);
      bytes[0] = 99;
      writeFileSync(file, bytes);
    });
    expect(second).toMatchObject({ reason: { code: "VERSION", found: 99 } });
  });

  it("that the host cannot read fails its own calls only", async () => {
    const store = new HandledStore(newFolder());
    const executor = newExecutor({ store });
    store.beforeGet = (key) => {
      if (key.endsWith("/results/0000001")) throw new StoreError("EIO, say", { key });
    };
    const options = { callsPerShard: 1, storePatienceMs: 300 };
    const job = executor.map(() => new Uint8Array(300_000), [0, 1, 2], options);
    expect(statesOf(await settledInTime(job))).toEqual(["fulfilled", "rejected", "fulfilled"]);
    await expect(job.futures[1]).rejects.toThrow("EIO, say");
  });
});

describe("a result object that is not the shard's own", () => {
  const fill = (x: number) => new Uint8Array(LARGE_BYTES).fill(x);

  /** Runs two shards; before the host reads the second one's result, something else lies there. */
  async function runSwapped(another: (jobId: string, own: Buffer, fileOf: (key: string) => string) => Uint8Array) {
    const store = new HandledStore(newFolder());
    const executor = newExecutor({ store, workers: 1 });
    const other = executor.map(fill, [50, 51], { callsPerShard: 1 });
    await other;
    let isSwapped = false;
    store.beforeGet = (key, file) => {
      if (isSwapped || !key.endsWith("/results/0000001")) return;
      isSwapped = true;
      writeFileSync(
        file,
        another(other.id, readFileSync(file), (name) => join(store.folder, name)),
      );
    };
    const job = executor.map(fill, [0, 1], { callsPerShard: 1, speculate: false });
    const settled = await settledInTime(job);
    expect(isSwapped).toBe(true);
    return settled.map((outcome) => outcome.status === "fulfilled" && outcome.value[0]);
  }

  it("but another job's, is not taken: the shard runs again", async () => {
    const ofOther = (id: string, _: Buffer, fileOf: (key: string) => string) =>
      readFileSync(fileOf(resultKey(id, "0000001")));
    expect(await runSwapped(ofOther)).toEqual([0, 1]);
  });

  const OTHERS: [string, (own: ShardResult) => ShardResult][] = [
    ["another shard's", (own) => ({ ...own, shard: "0000000" })],
    ["of more calls", (own) => ({ ...own, count: 2, calls: [...own.calls, ...own.calls] })],
    ["of no calls", (own) => ({ ...own, count: 0, calls: [] })],
    ["a cut that is none", (own) => ({ ...own, count: 0, calls: [], split: [] })],
  ];
  it.each(shareOf(OTHERS, 1))("but %s, is not taken: the shard runs again", async (_what, alter) => {
    // What is wrong with it, its digest does not tell; and its value is none of this job's.
    const altered = (_id: string, own: Buffer) => {
      const result = decodeResult(own, "results/0000001");
      const calls = result.calls.map((call) => ({ ...call, bytes: encode(fill(99)) }));
      return Buffer.concat(encodeResult(alter({ ...result, calls })));
    };
    expect(await runSwapped(altered)).toEqual([0, 1]);
  });

  it("but another attempt's, is not taken from an answer: what is stored counts", async () => {
    const inner = new LocalBackend({ workers: 1 });
    const forge = (result: Uint8Array) => {
      const { calls, ...own } = decodeResult(result, "answer");
      const others = calls.map((call) => ({ ...call, bytes: encode(99) }));
      return Buffer.concat(encodeResult({ ...own, attemptId: randomUUID(), calls: others }));
    };
    const backend: Backend = {
      name: "mixing",
      reach: "machine",
      maxShardMs: Infinity,
      limits: inner.limits,
      warm: (...args) => inner.warm(...args),
      close: () => inner.close(),
      invoke: async (request, signal) => {
        const answer = await inner.invoke(request, signal);
        return { ...answer, result: answer.result && forge(answer.result) };
      },
    };
    const executor = newExecutor({ backend, store: new FileStore(newFolder()) });
    expect(await executor.map((x: number) => x + 1, [0, 1], { callsPerShard: 1 })).toEqual([1, 2]);
  });
});

describe("a shard that runs twice", () => {
  /** Delivers each request twice, as clouds may, and passes on the answer of the run that lost or of the one that won. */
  function twice(inner: LocalBackend, loser: boolean): Backend {
    return {
      name: "twice",
      reach: "machine",
      maxShardMs: Infinity,
      limits: { ...inner.limits, concurrency: 1 },
      warm: (...args) => inner.warm(...args),
      close: () => inner.close(),
      invoke: async (request, signal) => {
        const answers = await Promise.all(
          [request, { ...request, attemptId: randomUUID() }].map((one) => inner.invoke(one, signal)),
        );
        const won = answers.filter(({ result }) => result !== undefined);
        expect(won).toHaveLength(1);
        return answers.find(({ result }) => (result === undefined) === loser) as (typeof answers)[number];
      },
    };
  }

  it.each([true, false])(
    "settles once, with what was stored first (answer of the one that lost: %s)",
    async (loser) => {
      const store = new FileStore(newFolder());
      const executor = newExecutor({
        backend: twice(new LocalBackend({ workers: 2 }), loser),
        store,
      });
      const job = executor.map(() => [process.pid, Math.random()], Array(20).fill(0), { callsPerShard: 2 });
      const seen: number[] = [];
      for await (const { index, status } of job.completed()) {
        expect(status).toBe("fulfilled");
        seen.push(index);
      }
      expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
      expect(await keysOf(store, `jobs/${job.id}/results/`)).toHaveLength(10);
      const first = await job;
      expect(await job).toEqual(first);
    },
  );
});

describe("a worker that counts as ended after it has stored its result", () => {
  /** Loses the word of each shard's end, and tells of a death that is the calls' own doing: the host's verdict is due. */
  function mistaken(inner: LocalBackend): Backend {
    return {
      name: "mistaken",
      reach: "machine",
      maxShardMs: Infinity,
      limits: inner.limits,
      warm: (...args) => inner.warm(...args),
      close: () => inner.close(),
      invoke: async (request, signal) => {
        await inner.invoke(request, signal);
        throw new WorkerDeath({ kind: "exit", exitCode: 3, index: request.shard.first, certain: true });
      },
    };
  }

  it.each([1, 3])("has its values: no verdict takes their place (%d calls a shard)", async (callsPerShard) => {
    const executor = newExecutor({
      backend: mistaken(new LocalBackend({ workers: 2 })),
      store: new FileStore(newFolder()),
    });
    expect(await executor.map((x: number) => x * x, [0, 1, 2, 3, 4, 5], { callsPerShard })).toEqual([
      0, 1, 4, 9, 16, 25,
    ]);
  });
});
