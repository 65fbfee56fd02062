import { expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import { callRebuilt } from "../../round-trip.js";

it("a signal that has been aborted travels with its reason", async () => {
  const stop = new AbortController();
  stop.abort(new RangeError("too far"));
  const { signal } = stop;
  const fn = () => {
    try {
      signal.throwIfAborted();
    } catch (error) {
      return [(error as Error).name, error === signal.reason, signal instanceof AbortSignal];
    }
  };
  expect(await callRebuilt(fn)).toEqual(["RangeError", true, true]);
  const plain = AbortSignal.abort();
  expect(await callRebuilt(() => [plain.aborted, plain.reason.name])).toEqual([true, "AbortError"]);
});

it("also where the reason leads back to it", async () => {
  const reason: Record<string, unknown> = {};
  const signal = Object.assign(AbortSignal.abort(reason), { label: reason });
  reason.signal = signal;
  expect(await callRebuilt(() => [signal.reason.signal === signal, signal.label === reason])).toEqual([true, true]);
});

it("one that has not, or that someone listens to, is refused", () => {
  const open = AbortSignal.timeout(100_000);
  expect(() => capture(() => open.aborted)).toThrow(/open: .*option signal/s);
  const heard = AbortSignal.abort();
  heard.addEventListener("abort", () => 0);
  expect(() => capture(() => heard.aborted)).toThrow(/heard: /);
});
