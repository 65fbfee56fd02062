/**
 * Jobs that come to their end before all their calls do.
 *
 * @module-tag long
 */
import { CompletionError, FileStore, LocalBackend } from "nodewren";
import { expect, it } from "vitest";
import { newExecutor, newWarmExecutor } from "../support/executors.js";
import { newFolder } from "../support/folders.js";

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const each = { callsPerShard: 1 };

/** The first calls return or throw at once, the others wait for ever. */
const some = (x: number) => {
  if (x === 1 || x === 2) throw new RangeError(`call ${x}`);
  return x < 5 ? x : new Promise<number>(() => {});
};

it("has succeeded when as many calls have as must, and the rest is cancelled", async () => {
  const executor = newWarmExecutor();
  const job = executor.map(some, range(50), { ...each, completion: { minSuccessful: 3 } });
  expect(await job).toEqual([0, 3, 4]);
  const settled = await job.settled();
  expect(settled[49]).toMatchObject({
    reason: { code: "CANCELLED", message: expect.stringContaining("minSuccessful: 3 is reached") },
  });
  expect(await executor.map((x: number) => x + 1, [1])).toEqual([2]);
});

it.each([{ toleratedFailureCount: 1 }, { toleratedFailurePercentage: 3 }, { minSuccessful: 49 }])(
  "has failed when more calls have than %j tolerates",
  async (completion) => {
    const executor = newWarmExecutor();
    const job = executor.map(some, range(50), { ...each, completion });
    await expect(job).rejects.toBeInstanceOf(CompletionError);
    await expect(job).rejects.toMatchObject({ failed: 2, cause: { code: "CALL", index: expect.any(Number) } });
    expect(job.futures.at(-1)?.reason).toMatchObject({ code: "CANCELLED" });
  },
);

it("leaves out the calls that fail, as far as they are tolerated", async () => {
  const executor = newWarmExecutor();
  const job = executor.map(some, range(5), { completion: { toleratedFailureCount: 2 } });
  expect(await job).toEqual([0, 3, 4]);
});

it("asks for no more calls than there are, whenever that is known", async () => {
  const executor = newWarmExecutor();
  const completion = { minSuccessful: 3 };
  const error = { code: "OPTION", option: "completion.minSuccessful" };
  expect(() => executor.map(some, [0, 3], { completion })).toThrow(expect.objectContaining(error));
  const later = async function* () {
    yield 0;
  };
  await expect(executor.map(some, later(), { completion })).rejects.toMatchObject(error);
});

it("is known to who follows the job from elsewhere", async () => {
  const folder = newFolder();
  const here = () => newExecutor({ backend: new LocalBackend({ workers: 2 }), store: new FileStore(folder) });
  const executor = here();
  const job = executor.map(some, range(20), { ...each, completion: { minSuccessful: 3 } });
  await job;
  await executor.close();
  expect(await here().attach(job.id)).toEqual([0, 3, 4]);
});
