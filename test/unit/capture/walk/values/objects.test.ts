import { describe, expect, test } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import type { Callable, Loose } from "../../../../../src/capture/types.js";
import { callRebuilt } from "../../round-trip.js";

const textOf = (fn: Callable) => Buffer.from(capture(fn).bytes).toString("latin1");

describe("strangers' bytes in the memory that Buffers share stay here", () => {
  test("with a plain view of it", () => {
    const other = Buffer.from("TOPSECRET");
    const own = Buffer.from("ok");
    const view = new Uint8Array(own.buffer, own.byteOffset, 2);
    expect(other.buffer).toBe(own.buffer);
    expect(textOf(() => view[0])).not.toContain("TOPSECRET");
  });

  test("where its size was changed", () => {
    const { poolSize } = Buffer;
    Buffer.poolSize = poolSize * 2;
    try {
      for (let fills = 0; fills < 8; fills++) Buffer.from("x".repeat(poolSize / 3));
      const other = Buffer.from("TOPSECRET");
      const own = Buffer.from("ok");
      expect(other.buffer).toBe(own.buffer);
      expect(textOf(() => own[0])).not.toContain("TOPSECRET");
    } finally {
      Buffer.poolSize = poolSize;
    }
  });
});

describe("a toJSON that the program gave", () => {
  function withOn(prototype: Loose, key: string, value: unknown, run: () => unknown): unknown {
    Object.defineProperty(prototype, key, { value, configurable: true, writable: true });
    try {
      return run();
    } finally {
      delete prototype[key];
    }
  }

  test("to all arrays is not asked", async () => {
    const kept = { list: [1, [2, { deep: [3] }]] };
    const answer = withOn(
      Array.prototype,
      "toJSON",
      () => "J",
      () => callRebuilt(() => kept.list),
    );
    expect(await answer).toEqual([1, [2, { deep: [3] }]]);
  });

  test("to all objects is refused", () => {
    expect(() =>
      withOn(
        Object.prototype,
        "toJSON",
        () => "J",
        () => capture(() => 1),
      ),
    ).toThrow(/Object\.prototype\.toJSON/);
  });

  test("a get that it gave to all objects is no accessor", async () => {
    const kept = { a: 1, hidden: Object.defineProperty({}, "x", { value: 2 }) as Loose };
    const bytes = withOn(Object.prototype, "get", 5, () => capture(() => kept.a + kept.hidden.x).bytes);
    expect(bytes).toBeInstanceOf(Uint8Array);
  });
});

test("text that is too long for any payload is refused by name and size, before it is written", () => {
  const big = "\0".repeat(100_000_000);
  expect(() => capture(() => big.length)).toThrow(/Cannot capture big: the payload takes 100000000 bytes/);
});

test("text that is used often counts once", () => {
  const big = "x".repeat(20_000_000);
  expect(capture(() => [big.length, big.at(0), big.at(1), big.at(2)]).bytes.length).toBeLessThan(21_000_000);
});

test.each(["x", "Ab ", "%a"])("a long text of %j under a secret's name is read in no time", (part) => {
  const password = part.repeat(5_000_000);
  expect(capture(() => [password.at(0)]).bytes.length).toBeGreaterThan(password.length);
});

test("what fails without a reason of its own is refused with the way to it", () => {
  const odd = new Error("x");
  const context = { deep: [odd] };
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = () => {
    throw new Error("boo");
  };
  try {
    expect(() => capture(() => context.deep[0])).toThrow(/context\.deep\[0\]\.stack/);
  } finally {
    Error.prepareStackTrace = before;
  }
});

test("a long array is taken whole, with holes and what is hidden at its end", async () => {
  const list: Loose[] = Array.from({ length: 10_000 }, (_, index) => index / 2);
  delete list[9_000];
  Object.defineProperty(list, "unit", { value: "px" });
  const seen = await callRebuilt(() => [list.length, list[9_999], 9_000 in list, (list as Loose).unit]);
  expect(seen).toEqual([10_000, 4_999.5, false, "px"]);
});
