import { describe, expect, it } from "vitest";
import type { BackendLimits } from "../../../src/backends/backend.js";
import { type JobRun, newTask } from "../../../src/host/job-run.js";
import { requestOf } from "../../../src/host/request.js";
import { ANY_SEGMENT, newJobRun } from "../../support/job-runs.js";
import { standIn } from "../../support/stand-in-backend.js";

const shard = { name: "0", first: 0, count: 1, byteStart: 0, byteEnd: 0 };

it.each([
  ["workers elsewhere load the packages that travelled", "network", true, "/project"],
  ["workers of this machine load the user's own", "machine", true, undefined],
  ["unless the job comes from another one", "machine", false, "/project"],
] as const)("%s", (_what, reach, areHere, packagesRoot) => {
  const packages = { digest: "1".repeat(64), root: "/project", areHere };
  const run = newJobRun(1, { packages, backend: standIn("one", { reach }) });
  // The digest is there all the same, since the job's record has it.
  expect(requestOf(run, newTask({ shard, segment: ANY_SEGMENT }))).toMatchObject({ packagesDigest: "1".repeat(64) });
  expect(requestOf(run, newTask({ shard, segment: ANY_SEGMENT })).packagesRoot).toBe(packagesRoot);
});

describe("an answer suffices", () => {
  const LIMITS = { concurrency: 1, shardsPerWorker: 1, carriesResults: true };
  const asked = (fields: Partial<JobRun> = {}, limits: Partial<BackendLimits> = {}, tries = 1) => {
    const backend = { ...standIn("one"), limits: { ...LIMITS, ...limits } };
    const run = newJobRun(1, { isOwnAlone: true, backend, ...fields });
    return requestOf(run, { ...newTask({ shard, segment: ANY_SEGMENT }), tries }).answerSuffices;
  };

  it("where nobody else reads of the job", () => {
    expect(asked()).toBe(true);
    expect(asked({ isOwnAlone: false })).toBeUndefined();
  });

  it("not where another job needs the results", () => {
    const run = newJobRun(1);
    run.outcomes.use.feed();
    expect(asked({ outcomes: run.outcomes })).toBeUndefined();
  });

  it("not where answers may not come, or did not", () => {
    expect(asked({}, { carriesResults: undefined })).toBeUndefined();
    expect(asked({}, { pollMs: 20 })).toBeUndefined();
    expect(asked({}, {}, 2)).toBeUndefined();
  });

  it("not where the host holds many values already", () => {
    const { outcomes } = newJobRun(1);
    expect(outcomes.hasRoomFor(20 * 1024 * 1024)).toBe(true);
    expect(asked({ outcomes })).toBeUndefined();
  });
});
