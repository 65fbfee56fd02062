import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { CancelledError, InvokeError, type NodewrenError } from "../../../src/errors.js";
import { UnseenFailures } from "../../../src/host/unseen-failures.js";
import { Future } from "../../../src/job/future.js";
import { Job } from "../../../src/job/job.js";
import { CallOutcomes } from "../../../src/job/outcomes.js";
import { NO_CONTROL } from "../../support/job-runs.js";

let warnings: string[];
let unseen: UnseenFailures;

beforeEach(() => {
  vi.useFakeTimers();
  warnings = [];
  vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(String(warning)));
  unseen = new UnseenFailures();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A job of two calls that has ended, the second one with the error, if any. */
function endedJob(reason?: NodewrenError): CallOutcomes<unknown> {
  const outcomes = new CallOutcomes<unknown>();
  outcomes.open(2);
  outcomes.settle({ index: 0, status: "fulfilled", value: 1 });
  outcomes.settle(reason ? { index: 1, status: "rejected", reason } : { index: 1, status: "fulfilled", value: 2 });
  unseen.add({ jobId: "job-1", outcomes });
  return outcomes;
}

it("a job that failed and that nobody looks at is told of once", () => {
  endedJob(new InvokeError("no worker"));
  vi.advanceTimersByTime(500);
  expect(warnings).toEqual([]);
  vi.advanceTimersByTime(5000);
  unseen.tellAll();
  expect(warnings).toEqual([
    expect.stringMatching(/job job-1, .*1 of its 2 calls failed, first with InvokeError: no worker/s),
  ]);
});

it("is told of when the executor is closed, if that is sooner", () => {
  endedJob(new InvokeError("no worker"));
  unseen.tellAll();
  expect(warnings).toHaveLength(1);
});

it("whose inputs could not be read is told of as well", () => {
  const outcomes = new CallOutcomes<unknown>();
  outcomes.fail(new InvokeError("no inputs"));
  unseen.add({ jobId: "job-1", outcomes });
  unseen.tellAll();
  expect(warnings).toEqual([expect.stringContaining("no inputs")]);
});

it.each<[string, (outcomes: CallOutcomes<unknown>) => unknown]>([
  ["awaits a future", (outcomes) => new Future(1, outcomes, NO_CONTROL).catch(() => {})],
  ["asks a future for its status", (outcomes) => new Future(1, outcomes, NO_CONTROL).status],
  ["awaits the job", (outcomes) => jobOf(outcomes).catch(() => {})],
  ["asks for all outcomes", (outcomes) => jobOf(outcomes).settled()],
  ["asks how far it is", (outcomes) => jobOf(outcomes).progress],
])("nothing is told when somebody %s, a little later too", (_how, look) => {
  const outcomes = endedJob(new InvokeError("no worker"));
  vi.advanceTimersByTime(900);
  void look(outcomes);
  vi.advanceTimersByTime(5000);
  expect(warnings).toEqual([]);
});

it("nothing is told of a job that succeeded, or was cancelled", () => {
  endedJob();
  endedJob(new CancelledError("job-1", "enough"));
  unseen.tellAll();
  expect(warnings).toEqual([]);
});

function jobOf(outcomes: CallOutcomes<unknown>): Job<unknown> {
  return new Job("job-1", outcomes, {
    cancel: () => {},
    report: () => undefined as never,
    ended: async () => {},
    ...NO_CONTROL,
    reduce: NO_CONTROL.replay as never,
  });
}
