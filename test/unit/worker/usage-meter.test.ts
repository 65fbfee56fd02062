import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { UsageMeter } from "../../../src/worker/usage-meter.js";

function compute(ms: number): void {
  const until = process.cpuUsage().user + ms * 1000;
  while (process.cpuUsage().user < until);
}

it("tells what computes from what waits", async () => {
  const meter = new UsageMeter();
  const first = meter.begin();
  compute(30);
  const computed = meter.end(first);
  const second = meter.begin();
  // Longer than a busy machine may keep the thread from even beginning to wait.
  await sleep(400);
  const waited = meter.end(second);
  meter.flush();
  expect(computed.cpuMs).toBeGreaterThanOrEqual(25);
  expect(computed.idleMs).toBe(0);
  expect(waited.idleMs).toBeGreaterThan(5);
  expect(waited.cpuMs).toBeLessThan(computed.cpuMs);
});

it("shares out what calls that ran at once took together, and no more", async () => {
  const meter = new UsageMeter();
  const before = process.cpuUsage();
  const calls = [meter.begin(), meter.begin(), meter.begin()];
  compute(30);
  const usages = calls.map((call) => meter.end(call));
  meter.flush();
  const { user, system } = process.cpuUsage(before);
  const sum = usages.reduce((total, { cpuMs }) => total + cpuMs, 0);
  expect(sum).toBeGreaterThanOrEqual(25);
  expect(sum).toBeLessThanOrEqual((user + system) / 1000);
  expect(Math.min(...usages.map(({ cpuMs }) => cpuMs))).toBeGreaterThan(sum / 4);
});

it("leaves out what is computed between two calls", () => {
  const meter = new UsageMeter();
  meter.end(meter.begin());
  meter.flush();
  compute(30);
  const usage = meter.end(meter.begin());
  meter.flush();
  expect(usage.cpuMs).toBeLessThan(25);
});

it("adds up over calls that are shorter than its looks are apart", () => {
  const meter = new UsageMeter();
  const usages = Array.from({ length: 200 }, () => {
    const call = meter.begin();
    compute(0.1);
    return meter.end(call);
  });
  meter.flush();
  expect(usages.reduce((total, { cpuMs }) => total + cpuMs, 0)).toBeGreaterThan(10);
});
