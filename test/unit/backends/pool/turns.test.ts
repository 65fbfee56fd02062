import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

// The clock is taken when it is loaded, so time must be faked before.
beforeEach(() => void vi.useFakeTimers({ toFake: ["hrtime", "setTimeout"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.resetModules();
});

async function newTurns(waiting: { jobId: string }[]) {
  const { WorkerTimes } = await import("../../../../src/backends/pool/worker-times.js");
  const { Turns } = await import("../../../../src/backends/pool/turns.js");
  const times = new WorkerTimes();
  const turns = new Turns(times, () => waiting);
  const ended: string[] = [];
  const start = (jobId: string) => {
    const ends = [times.start(jobId), turns.start({ jobId, end: () => void ended.push(jobId) })];
    return () => {
      for (const end of ends) end();
    };
  };
  return { turns, start, ended };
}

describe("where all workers are taken", () => {
  it("a job that has had none asks one that has had much to stop, once a worker", async () => {
    const { turns, start, ended } = await newTurns([{ jobId: "small" }]);
    start("large");
    start("large");
    vi.advanceTimersByTime(300);
    turns.watch();
    vi.advanceTimersByTime(60);
    expect(ended).toEqual(["large"]);
    vi.advanceTimersByTime(1000);
    expect(ended).toEqual(["large", "large"]);
  });

  it("nobody is asked for the sake of a job that has had half as much, or of its own", async () => {
    const { turns, start, ended } = await newTurns([{ jobId: "second" }, { jobId: "large" }]);
    const end = start("second");
    start("large");
    vi.advanceTimersByTime(1000);
    end();
    turns.watch();
    vi.advanceTimersByTime(1000);
    expect(ended).toEqual([]);
    vi.advanceTimersByTime(500);
    expect(ended).toEqual(["large"]);
  });

  it("nobody is asked while nobody waits, or of a shard that has ended", async () => {
    const waiting: { jobId: string }[] = [];
    const { turns, start, ended } = await newTurns(waiting);
    const end = start("large");
    vi.advanceTimersByTime(1000);
    turns.watch();
    vi.advanceTimersByTime(1000);
    end();
    waiting.push({ jobId: "small" });
    turns.watch();
    vi.advanceTimersByTime(1000);
    expect(ended).toEqual([]);
  });
});
