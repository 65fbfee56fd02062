import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Loose } from "../../../../src/capture/types.js";
import { roundTrip } from "../round-trip.js";

async function thrownBy(act: () => unknown): Promise<Loose> {
  try {
    await act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

const looksOf = (error: Loose) => ({
  text: String(error),
  keys: Object.keys(error),
  own: [error.name, error.message, error.code, error.stack],
  is: [error.constructor.name, error instanceof Error, error instanceof TypeError, error instanceof RangeError],
});

describe("errors that Node throws travel as they are", () => {
  it.each<[string, () => unknown]>([
    ["of a wrong type", () => Buffer.alloc("x" as Loose)],
    ["of a wrong range", () => Buffer.alloc(-1)],
    ["of a module that is not there", () => import("node:nope" as string)],
    ["of an aborted wait", () => sleep(1, 0, { signal: AbortSignal.abort() })],
    ["of the system", () => process.kill(2 ** 30)],
    ["of a file", () => readFileSync("/nope")],
    ["of a URL", () => new URL("x")],
  ])("%s", async (_name, act) => {
    const error = await thrownBy(act);
    const copy = (await roundTrip(() => error)).fn();
    expect(copy).not.toBe(error);
    expect(looksOf(copy)).toEqual(looksOf(error));
  });

  it("two of a kind have one prototype", async () => {
    const errors = [await thrownBy(() => Buffer.alloc("x" as Loose)), await thrownBy(() => Buffer.alloc([] as Loose))];
    const [one, other] = (await roundTrip(() => errors)).fn() as Loose;
    expect(Object.getPrototypeOf(one)).toBe(Object.getPrototypeOf(other));
  });
});
