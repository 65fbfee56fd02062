import net from "node:net";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import { explain } from "../../../../../src/capture/explain.js";
import type { Callable } from "../../../../../src/capture/types.js";

function refusal(fn: Callable, options = {}): { path: string; reason: string; code: string } {
  try {
    capture(fn, options);
  } catch (error) {
    return error as never;
  }
  throw new Error("it was captured");
}

describe("refusals name the way to the value", () => {
  const context = { deep: { socket: new net.Socket() }, small: 1 };
  const helper = () => context.deep;

  it.each<[string, () => Callable]>([
    ["context.deep.socket", () => () => context.deep.socket.destroyed],
    ["helper -> context.deep.socket", () => () => helper()],
    [
      "pending",
      () =>
        (
          (pending) => () =>
            pending
        )(Promise.resolve(1)),
    ],
    [
      "weak",
      () =>
        (
          (weak) => () =>
            weak
        )(new WeakRef({})),
    ],
    [
      "running",
      () =>
        (
          (running) => () =>
            running
        )([1].values()),
    ],
    [
      "memory",
      () =>
        (
          (memory) => () =>
            memory
        )(new SharedArrayBuffer(8)),
    ],
    [
      "list[0]",
      () =>
        (
          (list) => () =>
            list
        )([process.env]),
    ],
    ["eval", () => new Function("return () => eval('1')")()],
    [
      "list[1]",
      () =>
        (
          (list) => () =>
            list
        )([1, new FinalizationRegistry(() => {})]),
    ],
  ])("%s", (path, make) => {
    expect(refusal(make())).toMatchObject({ code: "CAPTURE", path });
  });

  it("takes only the members that are used", () => {
    expect(capture(() => context.small).bytes.length).toBeGreaterThan(0);
  });

  it("names the largest variable when the payload is too big", () => {
    const big = new Uint8Array(5_000);
    expect(refusal(() => big.length, { maxBytes: 1_000 })).toMatchObject({ path: "big" });
  });

  it("refuses a variable that is not initialised yet", () => {
    const early = (): unknown => {
      const use = () => late;
      const refused = refusal(use);
      const late = 1;
      return [refused.path, late];
    };
    expect(early()).toEqual(["late", 1]);
  });

  it("refuses what is not a function", () => {
    expect(refusal(5 as never).reason).toContain("not a function");
  });
});

describe("warnings", () => {
  it("name large captures and what looks like a secret", () => {
    const login = { password: "correct horse battery" };
    const big = new Uint8Array(2_000);
    const { warnings } = capture(() => [login.password, big.length], { warnBytes: 1_000 });
    expect(warnings.map(({ kind, path }) => `${kind} ${path}`)).toEqual(["large big", "secret login.password"]);
    expect(refusal(() => login.password, { secrets: "error" }).path).toBe("login.password");
    expect(capture(() => login.password, { secrets: "ignore" }).warnings).toEqual([]);
  });

  it("count what of an object is needed, what is bound, and text in bytes", () => {
    const part = { table: new Uint8Array(2_000), rest: 1 };
    const text = "é".repeat(1_000);
    const bound = ((_first: object, _bytes: Uint8Array) => 0).bind(null, {}, new Uint8Array(2_000));
    const sizesOf = (fn: Function) => capture(fn, { warnBytes: 2_000 }).warnings.map(({ path }) => path);
    expect(sizesOf(() => part.table[0])).toEqual(["part"]);
    expect(sizesOf(() => text.length)).toEqual(["text"]);
    expect(sizesOf(bound)).toEqual(["(bound argument 1)"]);
    expect(() => capture(bound, { maxBytes: 1_000 })).toThrow(/\(bound argument 1\).*maxPayloadBytes/);
  });
});

describe("explain", () => {
  it("lists what travels", () => {
    const scale = [1, 2];
    const told = explain(function work() {
      return scale;
    });
    expect(told.variables).toMatchObject([{ path: "scale", kind: "array" }]);
    expect(String(told)).toMatch(/^work: \d+ B, 1 function\nvariables:\n└─ scale: array/);
  });
});

describe("members that the program gave to built-in objects", () => {
  const prototype = Array.prototype as unknown as Record<string, unknown>;

  it("are refused by name where the code uses them, and only there", () => {
    prototype["wrenSum"] = function (this: number[]) {
      return this.reduce((a, b) => a + b, 0);
    };
    try {
      expect(refusal(() => ([1, 2] as unknown as { wrenSum(): number }).wrenSum()).path).toBe(
        "Array.prototype.wrenSum",
      );
      expect(refusal(({ wrenSum }: never) => wrenSum).path).toBe("Array.prototype.wrenSum");
      expect(capture(() => [1, 2].map((x) => x)).name).toBe("");
    } finally {
      delete prototype["wrenSum"];
    }
    expect(capture(() => ([1] as unknown as { wrenSum: number }).wrenSum).name).toBe("");
  });

  it("are no reason to refuse the same name on a constant that does not get it from there", () => {
    prototype["wrenSum"] = () => 0;
    const totals = { wrenSum: 1 };
    const list = Object.assign([1], { wrenSum: 2 });
    const plain = [1] as unknown as { wrenSum: number };
    let changing = { wrenSum: 1 };
    try {
      expect(capture(() => totals.wrenSum++ + list.wrenSum).name).toBe("");
      expect(refusal(() => totals.wrenSum + plain.wrenSum).path).toBe("Array.prototype.wrenSum");
      expect(refusal((row: typeof totals) => totals.wrenSum + row.wrenSum).path).toBe("Array.prototype.wrenSum");
      expect(refusal(() => changing.wrenSum).path).toBe("Array.prototype.wrenSum");
      changing = totals;
    } finally {
      delete prototype["wrenSum"];
    }
  });

  it("are refused where a built-in one was replaced", () => {
    const { trim } = String.prototype;
    String.prototype.trim = () => "mocked";
    try {
      expect(refusal((text: string) => text.trim()).path).toBe("String.prototype.trim");
    } finally {
      String.prototype.trim = trim;
    }
  });
});

describe("private fields on objects of no class", () => {
  it("are refused by name", () => {
    class Giving {
      constructor(object: object) {
        // biome-ignore lint/correctness/noConstructorReturn: this is the case to be tested
        return object;
      }
    }
    class Marking extends Giving {
      #mark = 1;
      static marks(object: object) {
        return #mark in object;
      }
    }
    const marked = {};
    new Marking(marked);
    expect(refusal(() => Marking.marks(marked)).path).toBe("marked.#mark");
    const bare = {};
    expect(capture(() => Marking.marks(bare)).name).toBe("");
  });
});
