import { expect, it, vi } from "vitest";
import { poll, retryWhile } from "../../../src/deploy/patience.js";

const PATIENCE = { limitMs: 40, firstMs: 1 };

it("tries again what is not yet so, and hands on what it comes to", async () => {
  const action = vi.fn(async () => {
    if (action.mock.calls.length < 3) throw new Error("not yet");
    return "done";
  });
  expect(await retryWhile(() => true, PATIENCE, action)).toBe("done");
  expect(action).toHaveBeenCalledTimes(3);
});

it("does not try again what will not change", async () => {
  const action = vi.fn(() => Promise.reject(new Error("never")));
  await expect(retryWhile(() => false, PATIENCE, action)).rejects.toThrow("never");
  expect(action).toHaveBeenCalledTimes(1);
});

it("ends with the last error once its time is over", async () => {
  const action = vi.fn(() => Promise.reject(new Error(`try ${action.mock.calls.length}`)));
  await expect(retryWhile(() => true, PATIENCE, action)).rejects.toThrow(/^try \d+$/);
  expect(action.mock.calls.length).toBeGreaterThan(1);
});

it("polls until there is an answer, or its time is over", async () => {
  const ask = vi.fn(async () => (ask.mock.calls.length === 3 ? "here" : undefined));
  expect(await poll(PATIENCE, ask)).toBe("here");
  expect(await poll(PATIENCE, async () => undefined)).toBeUndefined();
});
