/** Jobs on a backend that never answers: everything settles from what lies in the store. */
import { CallError, Executor, InvokeError, WorkerLostError } from "nodewren";
import { expect, it, onTestFinished } from "vitest";
import { DeafBackend } from "../support/deaf-backend.js";

function newExecutor(backend: DeafBackend): Executor {
  const executor = new Executor({ backend, progress: false });
  onTestFinished(() => executor.close());
  return executor;
}

/** Longer than a shard here takes on a busy machine. */
const LOST_MS = 2000;

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);

it("the results come, in order, and one failure does not lose the others", async () => {
  const executor = newExecutor(new DeafBackend());
  const job = executor.map(
    (x: number) => {
      if (x === 7) throw new RangeError("seven");
      return x * x;
    },
    numbers(50),
    { callsPerShard: 4 },
  );
  const settled = await job.settled();
  expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(49);
  expect(settled[8]).toMatchObject({ value: 64 });
  await expect(job.futures[7]).rejects.toThrow(CallError);
});

it("small inputs ride in the requests, and shards of larger ones fetch theirs", async () => {
  const inline = new Map<number, boolean>();
  const executor = newExecutor(
    new DeafBackend((_, { inputs, shard }) => {
      expect(inputs?.byteLength ?? shard.byteEnd - shard.byteStart).toBe(shard.byteEnd - shard.byteStart);
      inline.set(shard.first, inputs !== undefined);
      return false;
    }),
  );
  const texts = numbers(8).map((n) => "x".repeat(n * 20));
  expect(await executor.map((text: string) => text.length, texts, { shards: 4 })).toEqual(
    numbers(8).map((n) => n * 20),
  );
  expect([...inline.values()].toSorted()).toEqual([false, false, true, true]);
});

it("an invocation that is lost is noticed at its deadline, and made again", async () => {
  const backend = new DeafBackend((n) => n === 2, LOST_MS / 2);
  const executor = newExecutor(backend);
  expect(await executor.map((x: number) => x + 1, numbers(8), { shards: 4 })).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  // Where the machine is busy, others may be taken for lost as well.
  expect(backend.invoked).toBeGreaterThanOrEqual(5);
});

it("a call whose invocations are always lost fails, and says how long nothing was heard", {
  tags: ["long"],
}, async () => {
  const backend = new DeafBackend((_, { shard }) => shard.first <= 2 && shard.first + shard.count > 2, LOST_MS / 2);
  const executor = newExecutor(backend);
  const job = executor.map((x: number) => x, numbers(4), { shards: 2, maxAttempts: 2 });
  const [zero, one, two, three] = await job.settled();
  expect([zero, one, three]).toMatchObject([{ value: 0 }, { value: 1 }, { value: 3 }]);
  expect(two?.status === "rejected" && two.reason).toBeInstanceOf(WorkerLostError);
  expect(String(two?.status === "rejected" && two.reason)).toContain(`nothing was heard of it for ${LOST_MS / 1000} s`);
});

it("a backend that cannot tell its limits fails the job before anything is stored", async () => {
  const backend = new DeafBackend();
  backend.ready = () => Promise.reject(new InvokeError("There is no such function."));
  const job = newExecutor(backend).map((x: number) => x, [1]);
  expect(job.futures).toHaveLength(1);
  await expect(job).rejects.toThrow("There is no such function.");
  expect(backend.invoked).toBe(0);
});
