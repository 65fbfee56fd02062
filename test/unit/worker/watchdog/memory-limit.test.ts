import { expect, it } from "vitest";
import { functionLimit, userLimit } from "../../../../src/worker/watchdog/memory-limit.js";

const MIB = 2 ** 20;

it("leaves Node its share beside the user's limit", () => {
  expect(userLimit(undefined)).toBeUndefined();
  expect(userLimit(100)).toBe(196 * MIB);
});

it.each([128, 512, 1769, 10240])(
  "keeps below a function of %d MiB, and further where a note must be written",
  (size) => {
    const limit = functionLimit(size, false) / MIB;
    expect(limit).toBeLessThan(size * 0.97);
    expect(limit).toBeGreaterThan(size * 0.93);
    expect(functionLimit(size, true) / MIB).toBe(limit - Math.min(32, size / 16));
  },
);
