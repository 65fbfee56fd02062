import { expect, it } from "vitest";
import { newTask } from "../../../src/host/job-run.js";
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
