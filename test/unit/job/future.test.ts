import { expect, it } from "vitest";
import { CancelledError } from "../../../src/errors.js";
import { Future } from "../../../src/job/future.js";
import { CallOutcomes } from "../../../src/job/outcomes.js";
import { NO_CONTROL } from "../../support/job-runs.js";

const REASON = new CancelledError("job-1", "enough");

function twoFutures() {
  const outcomes = new CallOutcomes<string>();
  outcomes.open(2);
  return { outcomes, good: new Future(0, outcomes, NO_CONTROL), bad: new Future(1, outcomes, NO_CONTROL) };
}

function settle(outcomes: CallOutcomes<string>): void {
  outcomes.settle({ index: 0, status: "fulfilled", value: "v" }, { output: { stdout: "out", stderr: "" } });
  outcomes.settle({ index: 1, status: "rejected", reason: REASON });
}

it("tells its state before and after", () => {
  const { outcomes, good, bad } = twoFutures();
  expect([good.status, good.value, good.reason, good.output]).toEqual([
    "pending",
    undefined,
    undefined,
    { stdout: "", stderr: "" },
  ]);
  settle(outcomes);
  expect([good.status, good.value, good.reason, good.output.stdout]).toEqual(["fulfilled", "v", undefined, "out"]);
  expect([bad.status, bad.value, bad.reason]).toEqual(["rejected", undefined, REASON]);
});

it("can be awaited before and after, as often as one likes", async () => {
  const { outcomes, good, bad } = twoFutures();
  const early = [good.then((v) => v), good.settled(), bad.catch((error) => error)] as const;
  settle(outcomes);
  expect(await Promise.all(early)).toEqual(["v", { index: 0, status: "fulfilled", value: "v" }, REASON]);
  expect(await good).toBe("v");
  await expect(bad).rejects.toBe(REASON);
  expect(await bad.settled()).toEqual({ index: 1, status: "rejected", reason: REASON });
});

it("goes with Promise.all, allSettled, race and any", async () => {
  const { outcomes, good, bad } = twoFutures();
  settle(outcomes);
  await expect(Promise.all([good, bad])).rejects.toBe(REASON);
  expect(await Promise.allSettled([good, bad])).toEqual([
    { status: "fulfilled", value: "v" },
    { status: "rejected", reason: REASON },
  ]);
  expect(await Promise.any([bad, good])).toBe("v");
  expect(await Promise.race([good])).toBe("v");
});

it("has then, catch and finally as promises have them", async () => {
  const { outcomes, good, bad } = twoFutures();
  settle(outcomes);
  expect(await good.then((v) => v.length)).toBe(1);
  expect(await good.then(null)).toBe("v");
  expect(await bad.then(undefined, () => "caught")).toBe("caught");
  expect(await good.catch(() => "unused")).toBe("v");
  let ran = 0;
  expect(await good.finally(() => ran++)).toBe("v");
  await expect(bad.finally(() => ran++)).rejects.toBe(REASON);
  expect(ran).toBe(2);
  await expect(good.finally(() => Promise.reject(new Error("in finally")))).rejects.toThrow("in finally");
});

it("that failed makes no noise while nobody looks at it", async () => {
  const noise: unknown[] = [];
  const listen = (reason: unknown) => noise.push(reason);
  process.on("unhandledRejection", listen);
  const { outcomes, bad } = twoFutures();
  void bad.settled();
  settle(outcomes);
  await new Promise((resolve) => setTimeout(resolve, 10));
  process.off("unhandledRejection", listen);
  expect(noise).toEqual([]);
});
