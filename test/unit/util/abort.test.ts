import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { following, onAbort, pause, rejectionBy, unlessAborted } from "../../../src/util/abort.js";

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

describe("onAbort()", () => {
  it("reacts once, and at once where the signal is aborted already", () => {
    const { signal, controller } = fresh();
    const reasons: unknown[] = [];
    onAbort(signal, (reason) => reasons.push(reason));
    expect(reasons).toEqual([]);
    controller.abort("enough");
    onAbort(signal, (reason) => reasons.push(`${reason} already`));
    expect(reasons).toEqual(["enough", "enough already"]);
  });

  it("hears nothing any more once it is stopped", () => {
    const { signal, controller } = fresh();
    const reasons: unknown[] = [];
    onAbort(signal, (reason) => reasons.push(reason))();
    controller.abort("enough");
    expect(reasons).toEqual([]);
    expect(listeners(signal)).toBe(0);
  });
});

describe("unlessAborted()", () => {
  it("settles as it is told, also while it starts, and leaves no listener", async () => {
    const { signal } = fresh();
    const resolved = unlessAborted<number>(signal, (resolve) => {
      resolve(1);
      return () => expect.unreachable();
    });
    const rejected = unlessAborted(signal, (_, reject) => {
      reject(new Error("broken"));
      return () => expect.unreachable();
    });
    expect(await resolved).toBe(1);
    await expect(rejected).rejects.toThrow("broken");
    expect(listeners(signal)).toBe(0);
  });

  it("undoes what was started, and rejects with the reason", async () => {
    const { signal, controller } = fresh();
    const undone: string[] = [];
    const waiting = unlessAborted(signal, () => () => undone.push("it"));
    controller.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    expect(undone).toEqual(["it"]);
  });

  it("starts nothing for a signal that is aborted already", async () => {
    const start = () => expect.unreachable();
    await expect(unlessAborted(AbortSignal.abort(new Error("before")), start)).rejects.toThrow("before");
  });
});

it("rejectionBy() rejects without anybody looking", async () => {
  const { signal, controller } = fresh();
  const rejection = rejectionBy(signal);
  controller.abort(new Error("enough"));
  await new Promise((resolve) => setImmediate(resolve));
  await expect(rejection).rejects.toThrow("enough");
});

describe("following()", () => {
  it("is aborted with the first of the signals", () => {
    const [one, two] = [fresh(), fresh()];
    const { signal } = following(one.signal, two.signal);
    two.controller.abort("second");
    one.controller.abort("first");
    expect(signal.reason).toBe("second");
    expect(following(fresh().signal, one.signal).signal.reason).toBe("first");
  });

  it("follows none any more once it is released", () => {
    const { signal: outer, controller } = fresh();
    const { signal, release } = following(outer);
    release();
    controller.abort();
    expect(signal.aborted).toBe(false);
    expect(listeners(outer)).toBe(0);
  });
});

it("pause() ends when the signal is aborted", async () => {
  const { signal, controller } = fresh();
  await pause(1, signal);
  const long = pause(60_000, signal);
  controller.abort(new Error("enough"));
  await expect(long).rejects.toThrow("enough");
});

function fresh() {
  const controller = new AbortController();
  return { controller, signal: controller.signal };
}
