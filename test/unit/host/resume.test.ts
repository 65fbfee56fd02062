import { expect, it } from "vitest";
import { toDrive } from "../../../src/host/resume.js";
import { inputsKey } from "../../../src/wire/keys.js";
import { record } from "../../mutated/samples.js";
import { newJobRun } from "../../support/job-runs.js";
import { MemoryStore } from "../../support/memory-store.js";

it("whoever drives a job next has its calls at once, and its rate, from the record", async () => {
  const store = new MemoryStore();
  await store.put(inputsKey("job-1"), new Uint8Array(0));
  const run = newJobRun(0, { store, backend: {} as never });
  const resumed = await toDrive(run, { ...record, calls: 0 }, { env: { A: "" } });
  expect(resumed.settings).toMatchObject({ concurrentCalls: 25, limitPerSecond: 0.5 });
});
