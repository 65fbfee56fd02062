import { describe, expect, it } from "vitest";
import { CancelledError, CompletionError, InvokeError } from "../../../src/errors.js";
import { decide } from "../../../src/job/completion.js";
import { Job } from "../../../src/job/job.js";
import { CallOutcomes, type Outcome } from "../../../src/job/outcomes.js";
import { NO_CONTROL } from "../../support/job-runs.js";

describe("a policy", () => {
  it.each<[object, [done: number, failed: number], boolean | undefined]>([
    [{ minSuccessful: 3 }, [2, 0], undefined],
    [{ minSuccessful: 3 }, [5, 2], true],
    [{ minSuccessful: 3 }, [7, 7], undefined],
    [{ minSuccessful: 3 }, [8, 8], false],
    [{ toleratedFailureCount: 2 }, [9, 2], undefined],
    [{ toleratedFailureCount: 2 }, [10, 2], true],
    [{ toleratedFailureCount: 2 }, [3, 3], false],
    [{ toleratedFailureCount: 0 }, [1, 1], false],
    [{ toleratedFailurePercentage: 25 }, [2, 2], undefined],
    [{ toleratedFailurePercentage: 25 }, [3, 3], false],
    [{ toleratedFailurePercentage: 0 }, [10, 0], true],
    [{ minSuccessful: 1, toleratedFailureCount: 1 }, [3, 2], true],
    [{ minSuccessful: 5, toleratedFailureCount: 1 }, [3, 2], false],
  ])("%j of ten calls, %j done and failed", (policy, [done, failed], expected) => {
    expect(decide(policy, { total: 10, done, failed })?.isSuccess).toBe(expected);
  });
});

const ok = (index: number): Outcome<number> => ({ index, status: "fulfilled", value: index });
const failed = (index: number): Outcome<number> => ({ index, status: "rejected", reason: new InvokeError("no") });

function newJob(outcomes: CallOutcomes<number>): Job<number> {
  return new Job("job-1", outcomes, {
    cancel: () => {},
    report: () => null as never,
    ended: async () => {},
    ...NO_CONTROL,
    reduce: NO_CONTROL.replay as never,
  });
}

describe("a job with a policy", () => {
  it("that has succeeded gives the values of the calls that have one, in order, and tells of every call", async () => {
    const outcomes = new CallOutcomes<number>();
    outcomes.open(5, { minSuccessful: 2 });
    for (const outcome of [ok(3), failed(0), ok(1)]) outcomes.settle(outcome);
    outcomes.fail(new CancelledError("job-1", "decided"));
    const job = newJob(outcomes);
    expect(await job).toEqual([1, 3]);
    expect((await job.settled()).map(({ status }) => status)).toEqual([
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
    ]);
    const iterated: number[] = [];
    for await (const value of job) iterated.push(value);
    expect(iterated).toEqual([1, 3]);
  });

  it("that has failed rejects with what failed of it before the rest was cancelled", async () => {
    const outcomes = new CallOutcomes<number>();
    outcomes.open(9, { toleratedFailureCount: 1 });
    for (const outcome of [ok(3), failed(0), failed(1)]) outcomes.settle(outcome);
    outcomes.fail(new CancelledError("job-1", "decided"));
    const error = await newJob(outcomes).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CompletionError);
    expect(error).toMatchObject({ code: "COMPLETION", jobId: "job-1", failed: 2, successful: 1 });
    expect(error).toMatchObject({
      cause: { code: "INVOKE" },
      message: expect.stringContaining("First: InvokeError: no"),
    });
  });

  it("that was cancelled before it was decided rejects with that, however much it tolerates", async () => {
    const outcomes = new CallOutcomes<number>();
    outcomes.open(9, { toleratedFailureCount: 100 });
    outcomes.settle(failed(0));
    outcomes.fail(new CancelledError("job-1", "by its user"));
    await expect(newJob(outcomes)).rejects.toMatchObject({ code: "CANCELLED" });
  });
});
