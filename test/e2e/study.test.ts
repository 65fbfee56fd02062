/**
 * The curve of speed-up over workers.
 *
 * @module-tag long
 */

import { OptionError, speedUpStudy } from "nodewren";
import { expect, it } from "vitest";

it("measures each number of workers, and one, and draws the curve", async () => {
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const study = await speedUpStudy(wait, new Array(6).fill(50), { workers: [3], repetitions: 2 });
  expect(study).toMatchObject({ calls: 6, repetitions: 2, points: [{ workers: 1 }, { workers: 3 }] });
  const [one, three] = study.points;
  expect(one?.speedUp).toEqual({ mean: 1, low: 1, high: 1 });
  expect(three?.efficiency).toBeCloseTo((three?.speedUp.mean as number) / 3, 10);
  expect(study.amdahl?.serialFraction).toBeGreaterThanOrEqual(0);
  expect(study.toSvg()).toMatch(/^<svg .*<title>Speed-up over the number of workers<.*<circle .*<circle .*<\/svg>\n$/);
  expect(String(study)).toMatch(
    /6 calls, 2 times .*\n.*\n +1 .*1\.00x ± 0\.00.*\n +3 .*\n\n +1 █+ 1\.00x\n +3 █+ .*x\n\nAmdahl/,
  );
});

it("refuses what it cannot run, and fails as a call does", async () => {
  const fn = (x: number) => x;
  await expect(speedUpStudy(fn, [])).rejects.toThrow(OptionError);
  await expect(speedUpStudy(fn, [1], { workers: [0] })).rejects.toThrow(/from 1 to 1024/);
  await expect(speedUpStudy(fn, [1], { repetitions: 0 })).rejects.toThrow(OptionError);
  const fails = () => {
    throw new Error("mine");
  };
  await expect(speedUpStudy(fails, [1], { workers: [] })).rejects.toMatchObject({ code: "CALL" });
});
