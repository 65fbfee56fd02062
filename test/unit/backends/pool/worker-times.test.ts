import { afterEach, beforeEach, expect, it, vi } from "vitest";

// The clock is taken when it is loaded, so time must be faked before.
beforeEach(() => void vi.useFakeTimers({ toFake: ["hrtime"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.resetModules();
});

it("the next worker goes to the job that has had the least time, that of shards under way included", async () => {
  const { WorkerTimes } = await import("../../../../src/backends/pool/worker-times.js");
  const times = new WorkerTimes();
  const end = times.start("slow");
  vi.advanceTimersByTime(100);
  expect(times.least([{ jobId: "slow" }, { jobId: "new" }])).toBe("new");
  const endNew = times.start("new");
  vi.advanceTimersByTime(10);
  endNew();
  expect(times.least([{ jobId: "slow" }, { jobId: "new" }])).toBe("new");
  end();
  times.start("new");
  vi.advanceTimersByTime(1000);
  expect(times.least([{ jobId: "new" }, { jobId: "slow" }])).toBe("slow");
  expect(times.least([{ jobId: "a" }, { jobId: "b" }])).toBe("a");
});
