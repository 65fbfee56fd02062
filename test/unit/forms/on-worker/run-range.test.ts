import { expect, it } from "vitest";
import { fold } from "../../../../src/forms/fold.js";
import { askedAboutCause, type Range, type RangeJob, rangeRunner } from "../../../../src/forms/on-worker/run-range.js";

const runRange = (job: RangeJob<null>, range: Range) => rangeRunner(job)(range, null);
const add = (a: unknown, b: unknown) => `${a}${b}`;

it("runs its iterations one after the other, async ones too", async () => {
  const seen: number[] = [];
  const body = async (i: number) => {
    await null;
    seen.push(i);
  };
  expect(await runRange({ from: 10, step: -3, body, reduce: undefined }, [1, 3])).toBeUndefined();
  expect(seen).toEqual([7, 4, 1]);
});

it("folds in order, by a function that may be async, and takes an undefined first result for one", async () => {
  const body = (i: number) => (i === 0 ? undefined : Promise.resolve(i));
  const reduce = async (a: unknown, b: unknown) => add(a, b);
  expect(await runRange({ from: 0, step: 1, body, reduce }, [0, 4])).toBe("undefined123");
  expect(await runRange({ from: 0, step: 1, body, reduce }, [2, 1])).toBe(2);
});

it("tells at which i the body or reduce threw, and has as its cause what they threw", async () => {
  const thrown = new RangeError("no");
  const fail = (): never => {
    throw thrown;
  };
  const body = (i: number) => (i === 8 ? fail() : i);
  const ofBody = (await runRange({ from: 0, step: 2, body, reduce: undefined }, [3, 5]).catch((e) => e)) as Error;
  expect(ofBody).toMatchObject({ message: "At i = 8: RangeError: no", i: 8, cause: thrown });
  expect(ofBody.stack?.split("\n").slice(1)).toEqual(thrown.stack?.split("\n").slice(1));
  const ofReduce = await runRange({ from: 0, step: 1, body, reduce: fail }, [0, 3]).catch((e) => e);
  expect(ofReduce).toMatchObject({ i: 1, cause: thrown });
});

it("retries.when is asked about what the body threw", () => {
  const asked: unknown[] = [];
  const when = askedAboutCause((error) => asked.push(error));
  const cause = new Error("busy");
  when(Object.assign(new Error("At i = 1", { cause }), { i: 1 }));
  when("a text");
  expect(asked).toEqual([cause, "a text"]);
});

it("the host folds what the ranges gave, after the initial value", async () => {
  async function* values() {
    yield* ["a", "b"];
  }
  expect(await fold(values(), add, [])).toBe("ab");
  expect(await fold(values(), add, [">"])).toBe(">ab");
});
