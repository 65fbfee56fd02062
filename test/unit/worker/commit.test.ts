import { beforeEach, describe, expect, it } from "vitest";
import { decode, encode } from "../../../src/codec/codec.js";
import { StoreError } from "../../../src/errors.js";
import { isPartName } from "../../../src/wire/delivery.js";
import { inputBytes } from "../../../src/wire/inputs.js";
import { resultKey } from "../../../src/wire/keys.js";
import { MAX_UNSTORED_BYTES } from "../../../src/wire/messages.js";
import { decodeResult, decodeResultOf } from "../../../src/wire/read-result.js";
import type { ShardResult } from "../../../src/wire/result.js";
import { commit } from "../../../src/worker/commit.js";
import { PartWriter } from "../../../src/worker/delivery/store-part.js";
import { newRequest } from "../../support/job-runs.js";
import { MemoryStore } from "../../support/memory-store.js";

const INPUTS = Array.from({ length: 4 }, (_, i) => new Uint8Array(10 + i));
const BYTES = INPUTS.reduce((sum, input) => sum + inputBytes(input), 0);
const SHARD = { name: "0000002", first: 8, count: 4, byteStart: 100, byteEnd: 100 + BYTES };
const REQUEST = newRequest(SHARD);
const KEY = resultKey("job-1", SHARD.name);

let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore();
});

/** Values of so many bytes, one a call; the call of the last one has written something. */
function resultOf(sizes: number[]): ShardResult {
  const calls = sizes.map((size) => ({
    ok: true,
    runMs: 1,
    startMs: 0,
    attempts: 1,
    bytes: encode(new Uint8Array(size)),
  }));
  const { jobId, attemptId, attempt, shard } = REQUEST;
  const header = { jobId, shard: shard.name, attemptId, attempt, worker: "w", startedAt: 0, fetchMs: 0 };
  return { ...header, count: 4, output: { 3: { stdout: "last", stderr: "" } }, calls };
}

async function stored(name: string): Promise<ShardResult> {
  return decodeResult((await store.get(resultKey("job-1", name))) as Uint8Array, name);
}

describe("a result", () => {
  it("that is small is one object, which rides in the answer", async () => {
    const answer = await commit(REQUEST, store, resultOf([1, 2, 3, 4]), INPUTS);
    expect(store.objects.size).toBe(1);
    expect(decodeResult(answer.result as Uint8Array, KEY).calls).toHaveLength(4);
  });

  it("is not stored where the answer suffices, and rides in it", async () => {
    const answer = await commit({ ...REQUEST, answerSuffices: true }, store, resultOf([1, 2, 3, 4]), INPUTS);
    expect(store.objects.size).toBe(0);
    expect(answer.isUnstored).toBe(true);
    expect(decodeResult(answer.result as Uint8Array, KEY).calls).toHaveLength(4);
  });

  it("is stored all the same where an answer might come in part: when it is larger than a pipe takes at once", async () => {
    const sizes = [1, 2, 3, MAX_UNSTORED_BYTES];
    const answer = await commit({ ...REQUEST, answerSuffices: true }, store, resultOf(sizes), INPUTS);
    expect(store.objects.size).toBe(1);
    expect(answer.isUnstored).toBeUndefined();
  });

  it("is stored all the same where it says which pieces there are", async () => {
    const limits = { shard: 1000, call: 2000 };
    await commit({ ...REQUEST, answerSuffices: true }, store, resultOf([600, 300, 900, 50]), INPUTS, { limits });
    expect(store.objects.size).toBe(3);
  });

  it("that is too large for one object is stored in pieces, and the shard's own says which", async () => {
    await commit(REQUEST, store, resultOf([600, 300, 900, 50]), INPUTS, { limits: { shard: 1000, call: 2000 } });
    const whole = decodeResultOf({ jobId: "job-1", shard: SHARD }, (await store.get(KEY)) as Uint8Array, KEY);
    const ranges = whole.split?.map(({ name, first, count, byteStart, byteEnd }) => [
      name,
      first,
      count,
      byteEnd - byteStart,
    ]);
    const [a = 0, b = 0, c = 0, d = 0] = INPUTS.map(inputBytes);
    expect(ranges).toEqual([
      ["0000002.8-2", 8, 2, a + b],
      ["0000002.10-2", 10, 2, c + d],
    ]);
    expect(whole.split?.at(-1)?.byteEnd).toBe(SHARD.byteEnd);
    const [first, second] = [await stored("0000002.8-2"), await stored("0000002.10-2")];
    expect(
      [first, second].flatMap(({ calls }) => calls.map(({ bytes }) => (decode(bytes) as Uint8Array).length)),
    ).toEqual([600, 300, 900, 50]);
    expect([first.output, second.output]).toEqual([{}, { 1: { stdout: "last", stderr: "" } }]);
  });

  it("of the first calls only is a piece, and the others are one that is left to run", async () => {
    await commit(REQUEST, store, { ...resultOf([1, 2]), output: {} }, INPUTS);
    const { split } = decodeResultOf({ jobId: "job-1", shard: SHARD }, (await store.get(KEY)) as Uint8Array, KEY);
    expect(split?.map(({ name }) => name)).toEqual(["0000002.8-2", "0000002.10-2"]);
    expect(split?.at(-1)?.byteEnd).toBe(SHARD.byteEnd);
    expect((await stored("0000002.8-2")).calls).toHaveLength(2);
    expect(store.objects.has(resultKey("job-1", "0000002.10-2"))).toBe(false);
  });

  it("of any of the calls leaves the others to run, those alone that had begun, and counts their tries", async () => {
    const [first, , , last] = resultOf([1, 2, 3, 4]).calls;
    const begun = new Map([[1, 3]]);
    await commit(REQUEST, store, { ...resultOf([]), calls: [first, undefined, undefined, last], begun }, INPUTS);
    const { split } = decodeResultOf({ jobId: "job-1", shard: SHARD }, (await store.get(KEY)) as Uint8Array, KEY);
    expect(split?.map(({ name, attempt }) => [name, attempt])).toEqual([
      ["0000002.8-1", 1],
      ["0000002.9-1", 3],
      ["0000002.10-1", 1],
      ["0000002.11-1", 1],
    ]);
    expect((await stored("0000002.11-1")).output).toEqual({ 0: { stdout: "last", stderr: "" } });
    expect([...store.objects.keys()].sort()).toEqual(
      [SHARD.name, "0000002.11-1", "0000002.8-1"].map((name) => resultKey("job-1", name)),
    );
  });

  it("of one call that is too large fails that call alone, with its size and what to do", async () => {
    await commit(REQUEST, store, resultOf([5, 5000, 6, 7]), INPUTS, { limits: { shard: 1000, call: 2000 } });
    const { calls } = await stored(SHARD.name);
    expect(calls.map(({ ok }) => ok)).toEqual([true, false, true, true]);
    expect(decode(calls[1]?.bytes as Uint8Array)).toMatchObject({
      kind: "unencodable",
      message: expect.stringMatching(/takes 50\d\d bytes.*may take 2000.*context\.store/),
    });
  });

  it("of which a piece cannot be stored fails the calls of that piece alone", async () => {
    const put = store.putIfAbsent.bind(store);
    store.putIfAbsent = async (key, body) => {
      const bytes =
        body instanceof Uint8Array ? body.byteLength : body.reduce((sum, { byteLength }) => sum + byteLength, 0);
      if (bytes > 1500) throw new StoreError("no room", { isTransient: false });
      return put(key, body);
    };
    await commit(REQUEST, store, resultOf([700, 900, 1900, 800]), INPUTS, { limits: { shard: 1000, call: 2000 } });
    const pieces = await Promise.all((await stored(SHARD.name)).split?.map(({ name }) => stored(name)) ?? []);
    expect(pieces.flatMap(({ calls }) => calls.map(({ ok }) => ok))).toEqual([true, true, false, true]);
    expect(decode(pieces[2]?.calls[0]?.bytes as Uint8Array)).toEqual({ kind: "store", message: "no room" });
  });

  it("that another attempt has stored before is left as it is", async () => {
    await commit({ ...REQUEST, attemptId: "first" }, store, { ...resultOf([1, 1, 1, 1]), attemptId: "first" }, INPUTS);
    const answer = await commit(REQUEST, store, resultOf([2, 2, 2, 2]), INPUTS);
    expect(answer.result).toBeUndefined();
    expect(await stored(SHARD.name)).toMatchObject({ attemptId: "first" });
  });

  it("whose key holds something else is for the host to judge", async () => {
    await store.put(KEY, Buffer.from("nonsense"));
    expect(await commit(REQUEST, store, resultOf([2, 2, 2, 2]), INPUTS)).toMatchObject({ result: undefined });
  });
});

describe("values that are written elsewhere", () => {
  const delivery = { store: { kind: "memory" }, as: "jsonl" as const };
  const rendered = (attemptId: string): ShardResult => {
    const whole = resultOf([1, 1, 1, 1]);
    const calls = whole.calls.map((call, i) => ({ ...call, rendered: { bytes: Buffer.from(`${attemptId} ${i}\n`) } }));
    return { ...whole, attemptId, calls };
  };
  const commitAs = (attemptId: string, place: MemoryStore, result = rendered(attemptId)) =>
    commit({ ...REQUEST, attemptId }, store, result, INPUTS, { parts: new PartWriter(delivery, place) });
  const [FIRST, SECOND] = [1, 2].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [string, string];

  it("lie in an object that the result names, which has counts in their place", async () => {
    const place = new MemoryStore();
    await commitAs(FIRST, place);
    const name = `part-0000000008-4-${FIRST}.jsonl`;
    const { part, calls } = await stored(SHARD.name);
    const bytes = `${FIRST} 0\n`.length;
    expect(part).toEqual({ name, records: 4, bytes: 4 * bytes });
    expect(calls.map((call) => decode(call.bytes))).toEqual(Array(4).fill({ records: 1, bytes }));
    expect([...place.objects.keys()]).toEqual([name]);
    expect(isPartName(name)).toBe(true);
  });

  it("are taken back by an attempt that was not the first", async () => {
    const place = new MemoryStore();
    await commitAs(FIRST, place);
    await commitAs(SECOND, place);
    expect((await stored(SHARD.name)).attemptId).toBe(FIRST);
    expect([...place.objects.keys()]).toEqual([`part-0000000008-4-${FIRST}.jsonl`]);
  });

  it("stay where it cannot be read who was first", async () => {
    const place = new MemoryStore();
    store.objects.set(KEY, Buffer.from("damaged"));
    await commitAs(SECOND, place);
    expect(place.objects.size).toBe(1);
  });

  it("lie in objects of their pieces, where not all calls were done", async () => {
    const place = new MemoryStore();
    const result = rendered(FIRST);
    const calls = [result.calls[0], undefined, result.calls[2], result.calls[3]] as ShardResult["calls"];
    await commitAs(FIRST, place, { ...result, calls });
    expect([...place.objects.keys()]).toEqual([`part-0000000008-1-${FIRST}.jsonl`, `part-0000000010-2-${FIRST}.jsonl`]);
    expect((await stored("0000002.10-2")).part).toMatchObject({ name: `part-0000000010-2-${FIRST}.jsonl`, records: 2 });
  });

  it("fail their calls, and no others, where they cannot be written", async () => {
    const place = new MemoryStore();
    place.putIfAbsent = async () => {
      throw new StoreError("The bucket is closed.");
    };
    await expect(commitAs(FIRST, place)).rejects.toThrow("The bucket is closed.");
    const result = rendered(FIRST);
    await commitAs(FIRST, place, { ...result, calls: [...result.calls.slice(0, 2)] });
    expect((await stored("0000002.8-2")).calls.map(({ ok, bytes }) => [ok, decode(bytes)])).toEqual(
      Array(2).fill([false, { kind: "store", message: "The bucket is closed." }]),
    );
  });
});
