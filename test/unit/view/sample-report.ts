/** A report as data, small enough to be worked out by hand. */
import type { ReportData } from "../../../src/view/report-data.js";

const US_PER_MS = 1000;

/**
 * Two workers, three shards: calls 0 and 1 of 10 ms each from 20 ms on, on "a"; 2 and 3 at the same time from 30 to 50 ms on "b", of
 * which 3 fails; 4 from 50 to 60 ms on "a".
 */
export function sampleReport(more: Partial<ReportData> = {}): ReportData {
  const us = (...ms: number[]) => ms.map((one) => one * US_PER_MS);
  return {
    jobId: "0c2c8b9e-6f0b-4a6e-8a37-3f5a7f0f4c11",
    functionName: "work",
    submittedAt: 1_700_000_000_000,
    wallMs: 80,
    total: 5,
    done: 5,
    failed: 1,
    isOver: true,
    isLeft: false,
    workShare: 1,
    workersAtOnce: 2,
    facts: [],
    notes: [],
    workers: ["a", "b"],
    shards: {
      name: ["0", "1", "2"],
      worker: [0, 1, 0],
      first: [0, 2, 4],
      calls: [2, 2, 1],
      started: us(15, 25, 48),
      stored: us(42, 52, 62),
      fetch: us(5, 5, 2),
      setup: [0, 0, 0],
    },
    calls: {
      start: us(5, 15, 5, 5, 2),
      run: us(10, 10, 20, 20, 10),
      cpu: [null, null, 1000, 1000, null],
      failed: [3],
      tries: [4, 2],
    },
    failures: [],
    previews: [],
    ...more,
  };
}
