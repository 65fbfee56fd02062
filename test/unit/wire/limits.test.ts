import { describe, expect, it } from "vitest";
import { callsMs, retryPauseMs } from "../../../src/wire/limits.js";
import type { RetryPolicy } from "../../../src/wire/messages.js";
import { newRequest } from "../../support/job-runs.js";

const POLICY: RetryPolicy = { limit: 4, delayMs: 100, factor: 3, maxDelayMs: 500, jitter: false };

describe("the pause before another try", () => {
  it("grows by the factor, up to its limit", () => {
    expect([0, 1, 2, 3].map((retry) => retryPauseMs(POLICY, retry))).toEqual([100, 300, 500, 500]);
    expect(retryPauseMs({ ...POLICY, delayMs: 0 }, 3)).toBe(0);
  });

  it("is a random part of that with jitter", () => {
    expect(retryPauseMs({ ...POLICY, jitter: true }, 1, () => 0.5)).toBe(150);
  });
});

it("the time that a shard may take has room for the pauses between tries", () => {
  const shard = { name: "0", first: 0, count: 2, byteStart: 0, byteEnd: 0 };
  expect(callsMs(newRequest(shard, { timeoutMs: 1000, retries: POLICY }))).toBe(2 * (5 * 1000 + 1400));
});

it("the time that a shard may take counts calls that run at once by rounds, and the rate at which they may start", () => {
  const shard = { name: "0", first: 0, count: 100, byteStart: 0, byteEnd: 0 };
  const request = newRequest(shard, { timeoutMs: 1000, concurrentCalls: 25 });
  // Twice, as half of the places may be lost to calls that were given up.
  expect(callsMs(request)).toBe(2 * 4 * 1000);
  expect(callsMs({ ...request, paceMs: 10 })).toBe(2 * 4 * 1000 + 100 * 10);
  expect(callsMs({ ...request, concurrentCalls: 1000 })).toBe(2 * 1000);
});
