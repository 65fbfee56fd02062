import { expect, it } from "vitest";
import { AttemptSigns } from "../../../src/host/attempt-signs.js";

const LIMITS = { firstMs: 50, silentMs: 40 };

/** The death after the look at which it came, if any did; one look every 10 ms, each of which sees a size. */
function lossOf(sizes: readonly number[], attempt = 1) {
  const signs = new AttemptSigns(LIMITS, attempt);
  for (const [look, bytes] of sizes.entries()) {
    const lost = signs.look(bytes, 10);
    if (lost) return { look: look + 1, ...lost.death };
  }
  return undefined;
}

const none = (looks: number) => Array<number>(looks).fill(0);

it("one that never beats is lost after the time to begin, which doubles with each try, up to eight times as long", () => {
  expect(lossOf(none(99))).toMatchObject({ look: 5, kind: "lost", neverBegan: true, silentMs: 50 });
  expect([2, 3, 4, 5, 50].map((attempt) => lossOf(none(99), attempt)?.look)).toEqual([10, 20, 40, 40, 40]);
});

it("one that has begun is lost when its beats end", () => {
  expect(lossOf([0, 0, 0, 0, 1, ...none(9).map(() => 1)])).toMatchObject({ look: 9, silentMs: 40 });
  expect(lossOf([1, ...none(9).map(() => 1)])).not.toHaveProperty("neverBegan");
});

it("one that beats is not lost, however long it takes", () => {
  expect(lossOf(Array.from({ length: 200 }, (_, look) => 1 + Math.floor(look / 3)))).toBeUndefined();
});
