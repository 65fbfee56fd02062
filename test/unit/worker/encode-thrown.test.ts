import { mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import vm from "node:vm";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ClassRegistry } from "../../../src/codec/classes.js";
import { decode } from "../../../src/codec/codec.js";
import { ByteWriter } from "../../../src/codec/encode/byte-writer.js";
import type { OmittedPart } from "../../../src/errors.js";
import type { Failure } from "../../../src/wire/failure.js";
import { encodeThrown } from "../../../src/worker/encode-thrown.js";

interface Arrived {
  className: string;
  summary: string;
  value: unknown;
  omitted: OmittedPart[];
}

function arrived(thrown: unknown, classes?: ClassRegistry): Arrived {
  const failure = decode(encodeThrown(thrown, classes)) as Extract<Failure, { kind: "thrown" }>;
  expect(failure.kind).toBe("thrown");
  return { ...failure, value: decode(failure.value, { classes }) };
}

/** What does not travel, by path. */
function omittedOf({ omitted }: Arrived): string[] {
  return omitted.map(({ path }) => path);
}

function thrownBy(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  throw new Error("it threw nothing");
}

const trap = (): never => {
  throw new Error("trap");
};

describe("what travels whole", () => {
  it.each<[unknown, string, string]>([
    [new RangeError("too far"), "RangeError", "RangeError: too far"],
    ["text", "string", '"text"'],
    [undefined, "undefined", "undefined"],
    [null, "object", "null"],
    [42, "number", "42"],
    [5n, "bigint", "5"],
    [{ a: 1 }, "Object", "{ a: 1 }"],
    [Object.freeze({ a: [1] }), "Object", "{ a: [ 1 ] }"],
  ])("%s", (thrown, className, summary) => {
    const failure = arrived(thrown);
    expect(failure).toMatchObject({ className, summary, omitted: [] });
    expect(failure.value).toEqual(thrown);
  });

  it("an error of the user's own class, with its name, fields and cause", () => {
    class PlumError extends TypeError {
      stones = 2;
    }
    const { className, summary, value } = arrived(new PlumError("ripe", { cause: new Error("inner") }));
    expect([className, summary]).toEqual(["PlumError", "PlumError: ripe"]);
    expect(value).toMatchObject({ message: "ripe", stones: 2, cause: { message: "inner" } });
  });

  it("causes that lead back, and errors of an AggregateError that share them", () => {
    const inner = new Error("inner");
    const outer = new AggregateError([inner, new Error("other", { cause: inner })], "outer", { cause: inner });
    inner.cause = outer;
    const { value, omitted } = arrived(outer);
    const error = value as AggregateError;
    expect(omitted).toEqual([]);
    expect(error.cause).toBe(error.errors[0]);
    expect((error.cause as Error).cause).toBe(error);
    expect(error.errors[1].cause).toBe(error.cause);
  });

  it("errors of another context", () => {
    const { className, summary, value } = arrived(thrownBy(() => vm.runInNewContext("null.x")));
    expect([className, summary]).toEqual(["TypeError", expect.stringMatching(/^TypeError: Cannot read/)]);
    expect(value).toBeInstanceOf(TypeError);
  });

  it("what the platform throws on abort", () => {
    const { summary, value } = arrived(thrownBy(() => AbortSignal.abort().throwIfAborted()));
    expect(summary).toMatch(/This operation was aborted/);
    expect(value).toMatchObject({ name: "AbortError", code: 20 });
    expect(arrived(AbortSignal.abort("why").reason).value).toBe("why");
  });
});

describe("the accessors of an error", () => {
  it("of Node's own are data there", () => {
    const folder = mkdtempSync(join(tmpdir(), "nodewren-thrown-"));
    onTestFinished(() => rmdirSync(folder));
    const { value, summary, omitted } = arrived(thrownBy(() => rmSync(folder)));
    expect(summary).toMatch(/Path is a directory/);
    expect(value).toMatchObject({ code: "ERR_FS_EISDIR", syscall: "rm", path: folder, info: { syscall: "rm" } });
    expect(Object.getOwnPropertyDescriptor(value, "syscall")).toMatchObject({ value: "rm", enumerable: true });
    expect(omitted).toEqual([]);
    const { value: other } = arrived(thrownBy(() => setPriority(2 ** 30, 1)));
    expect(other).toMatchObject({ code: "ERR_SYSTEM_ERROR", syscall: "uv_os_setpriority" });
  });

  it("that throw, or give what cannot travel, are named, and the rest travels", () => {
    const error = Object.assign(new Error("m"), { good: 1 });
    Object.defineProperty(error, "bad", { get: trap, enumerable: true });
    Object.defineProperty(error, "lazy", { get: () => [1, () => 1], enumerable: true });
    const failure = arrived(error);
    expect(failure.value).toMatchObject({ message: "m", good: 1, lazy: [1, undefined] });
    expect(failure.value).not.toHaveProperty("bad");
    expect(omittedOf(failure)).toEqual(["cause.bad", "cause.lazy[1]"]);
  });

  it("that give ever new errors come to an end", () => {
    const endless = (): Error => Object.defineProperty(new Error("m"), "cause", { get: endless, enumerable: true });
    const failure = arrived(endless());
    expect(failure.value).toMatchObject({ message: "m", cause: { message: "m" } });
    expect(failure.omitted).toEqual([
      { path: expect.stringMatching(/more…/), reason: expect.stringMatching(/too many/) },
    ]);
  });

  it("of its class give its name, message, stack and cause", () => {
    class Computed extends Error {
      readonly #why = "worms";
      override get name() {
        return "Apple";
      }
      override get message() {
        return `because of ${this.#why}`;
      }
      override get cause() {
        return { why: this.#why };
      }
    }
    const error = new Computed();
    delete (error as { message?: string }).message;
    const { summary, value } = arrived(error);
    expect(summary).toBe("Computed: because of worms");
    expect(value).toMatchObject({ name: "Apple", message: "because of worms", cause: { why: "worms" } });
  });
});

describe("a stack, message or name that is no text", () => {
  it.each<[string, () => Error, object]>([
    ["a number for a stack", () => Object.assign(new Error("m"), { stack: 5 as never }), { stack: 5, message: "m" }],
    ["a list for a stack", () => Object.assign(new Error("m"), { stack: [1] as never }), { stack: [1], message: "m" }],
    ["no stack", () => withoutStack(new Error("m")), { message: "m" }],
    ["a number for a message", () => Object.assign(new Error(), { message: 5 as never }), { message: 5 }],
    ["a symbol for a name", () => Object.assign(new Error("m"), { name: Symbol("s") as never }), { message: "m" }],
    ["a stack that throws", () => Object.defineProperty(new Error("m"), "stack", { get: trap }), { message: "m" }],
    ["a message that throws", () => Object.defineProperty(new Error(), "message", { get: trap }), { name: "Error" }],
    [
      "a stack that is a proxy",
      () => Object.assign(new Error("m"), { stack: new Proxy({}, {}) as never }),
      { message: "m" },
    ],
    ["a message that is a function", () => Object.assign(new Error(), { message: trap as never }), { name: "Error" }],
    ["a message without toString", () => Object.assign(new Error(), { message: Object.create(null) }), {}],
  ])("%s", (_what, make, fields) => {
    const { value, summary, className } = arrived(make());
    expect(className).toBe("Error");
    expect(summary).toMatch(/^Error: /);
    expect(value).toBeInstanceOf(Error);
    expect(value).toMatchObject(fields);
  });

  function withoutStack(error: Error): Error {
    delete error.stack;
    return error;
  }
});

describe("what cannot travel is named, and the rest travels without it", () => {
  it("functions", () => {
    const failure = arrived(Object.assign(new Error("m"), { good: [1, 2], bad: trap }));
    expect(failure.summary).toBe("Error: m");
    expect(failure.omitted).toEqual([{ path: "cause.bad", reason: "It is a function (trap)" }]);
    expect(failure.value).toMatchObject({ message: "m", name: "Error", good: [1, 2] });
    expect((failure.value as Error).stack).toContain("Error: m");
    expect(failure.value).not.toHaveProperty("bad");
  });

  it("what clients of HTTP add: requests, responses, agents, transforms", () => {
    const config = { url: "/x", transforms: [JSON.parse], timeout: 0, validate: () => true, headers: { a: "1" } };
    const socket = new Socket();
    const request = { path: "/x", socket, agent: { sockets: [socket] } };
    const response = { status: 404, data: { why: "gone" }, config, request, stream: socket };
    const failure = arrived(Object.assign(new Error("Not Found"), { config, request, response, toJSON: () => ({}) }));
    socket.destroy();
    expect(failure.value).toMatchObject({
      message: "Not Found",
      config: { url: "/x", timeout: 0, headers: { a: "1" }, transforms: [undefined] },
      request: { path: "/x", agent: { sockets: [undefined] } },
      response: { status: 404, data: { why: "gone" } },
    });
    const { config: arrivedConfig, response: arrivedResponse } = failure.value as typeof failure.value & {
      config: object;
      response: { config: object };
    };
    expect(arrivedResponse.config).toBe(arrivedConfig);
    expect(omittedOf(failure)).toEqual([
      "cause.config.transforms[0]",
      "cause.config.validate",
      "cause.request.socket",
      "cause.request.agent.sockets[0]",
      "cause.response.stream",
      "cause.toJSON",
    ]);
  });

  it("entries of Maps, members of Sets, keys under symbols, accessors of objects", () => {
    const map = new Map<unknown, unknown>([
      ["a", 1],
      [trap, 2],
      ["b", trap],
      ["c", 3],
    ]);
    const data = {
      map,
      set: new Set([1, trap, 2]),
      [Symbol("k")]: 1,
      get lazy() {
        return 1;
      },
    };
    const failure = arrived(Object.assign(new Error("m"), { data }));
    const { data: there } = failure.value as { data: typeof data };
    expect([...there.map]).toEqual([
      ["a", 1],
      ["c", 3],
    ]);
    expect([...there.set]).toEqual([1, 2]);
    expect(Object.keys(there)).toEqual(["map", "set"]);
    expect(failure.omitted.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
      "cause.data: It has a property under a symbol, Symbol(k)",
      "cause.data.map.keys()[1]: It is a function (trap)",
      'cause.data.map.get("b"): It is a function (trap)',
      "cause.data.set.values()[1]: It is a function (trap)",
      "cause.data.lazy: It is a getter or setter",
    ]);
  });

  it("causes and members of an AggregateError", () => {
    const inner = Object.assign(new Error("inner"), { run: trap });
    const failure = arrived(new AggregateError([inner, trap], "outer", { cause: inner }));
    const error = failure.value as AggregateError;
    expect(error.errors).toEqual([expect.objectContaining({ message: "inner" }), undefined]);
    expect(error.cause).toBe(error.errors[0]);
    expect(omittedOf(failure).sort()).toEqual(["cause.cause.run", "cause.errors[1]"]);
  });

  it("each time that it is met", () => {
    const socket = new Socket();
    const failure = arrived(Object.assign(new Error("m"), { a: socket, b: [socket, { ok: 1 }], c: { ok: 1 } }));
    socket.destroy();
    expect(omittedOf(failure)).toEqual(["cause.a", "cause.b[0]"]);
    expect(failure.value).toMatchObject({ b: [undefined, { ok: 1 }], c: { ok: 1 } });
  });

  it("the first twenty only", () => {
    const failure = arrived(Object.assign(new Error("m"), { list: Array(5000).fill(trap), tail: 1 }));
    expect(failure.omitted).toHaveLength(21);
    expect(failure.omitted.at(-1)).toEqual({ path: "cause", reason: "4980 more parts of it could not travel" });
    expect(failure.value).toMatchObject({ tail: 1 });
  });

  it("what a hook of a registered class refuses", () => {
    class Point {
      x = 1;
    }
    class Broken {}
    const classes = new ClassRegistry();
    classes.register(Point);
    classes.register(Broken, { encode: trap, decode: () => new Broken() });
    const failure = arrived(Object.assign(new Error("m"), { at: new Point(), broken: new Broken() }), classes);
    expect((failure.value as { at: unknown }).at).toBeInstanceOf(Point);
    expect(failure.omitted).toEqual([
      { path: "cause.broken", reason: expect.stringMatching(/hook of class Broken threw/) },
    ]);
  });
});

describe("what was thrown and is no error", () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();

  it.each<[string, unknown, string]>([
    ["a function", trap, "Function"],
    ["a symbol", Symbol("s"), "symbol"],
    ["a promise", Promise.resolve(1), "Promise"],
    ["a revoked proxy", revoked.proxy, "Object"],
    ["a proxy whose traps throw", new Proxy({}, { getPrototypeOf: trap, get: trap, ownKeys: trap }), "Object"],
    ["a socket", new Socket().destroy(), "Socket"],
  ])("%s is named", (_what, thrown, className) => {
    const failure = arrived(thrown);
    expect(failure.className).toBe(className);
    expect(failure.summary.length).toBeGreaterThan(0);
    expect(omittedOf(failure)[0]).toBe("cause");
  });

  it.each<[string, unknown, string]>([
    ["an object without a prototype", Object.assign(Object.create(null), { a: 1 }), "Object"],
    [
      "a value whose toString throws",
      {
        a: 1,
        get toString() {
          return trap;
        },
      },
      "Object",
    ],
  ])("%s is an outcome, too", (_what, thrown, className) => {
    const failure = arrived(thrown);
    expect(failure).toMatchObject({ className, value: { a: 1 } });
  });

  it("an instance of an unknown class comes as its fields, and a proxy of an error as that error", () => {
    class Redirect {
      status = 302;
      go = trap;
    }
    const redirect = arrived(new Redirect());
    expect(redirect).toMatchObject({ className: "Redirect", value: { status: 302 } });
    expect(redirect.omitted).toEqual([
      { path: "cause", reason: "It is an instance of class Redirect, which is not registered" },
      { path: "cause.go", reason: "It is a function (trap)" },
    ]);
    const original = Object.assign(new Error("m", { cause: new Error("inner") }), { code: "E" });
    const proxied = arrived(new Proxy(original, {}));
    expect(proxied.summary).toBe("Error: m");
    expect(proxied.value).toBeInstanceOf(Error);
    expect(proxied.value).toMatchObject({ message: "m", code: "E", cause: { message: "inner" } });
  });
});

it("what is too large to travel keeps its texts", () => {
  const { raw } = ByteWriter.prototype;
  const full = vi.spyOn(ByteWriter.prototype, "raw").mockImplementation(function (this: ByteWriter, source) {
    if (source.length > 1000) throw new RangeError("Array buffer allocation failed");
    raw.call(this, source);
  });
  onTestFinished(() => full.mockRestore());
  const { value, omitted } = arrived(Object.assign(new TypeError("m"), { code: "E", huge: new Uint8Array(2000) }));
  expect(value).toMatchObject({ name: "TypeError", message: "m" });
  expect(Object.keys(value as object)).toEqual([]);
  expect(omitted).toEqual([
    { path: "cause", reason: expect.stringMatching(/name, message and stack.*allocation failed/) },
  ]);
});

it("an error whose class is a proxy that throws keeps its texts", () => {
  const error = Object.setPrototypeOf(new Error("m"), new Proxy(Error.prototype, { getPrototypeOf: trap }));
  expect(arrived(error)).toMatchObject({ value: { message: "m" }, omitted: [{ path: "cause" }] });
});

it("a long message is whole in the error, and cut in the summary", () => {
  const { summary, value } = arrived(new Error("x".repeat(100_000)));
  expect(summary.length).toBeLessThan(20_000);
  expect((value as Error).message).toHaveLength(100_000);
});

it("a frozen error's stack speaks of the user's files, and the error itself is left as it is", () => {
  const stack = "Error: m\n    at user (/home/me/work.js:1:1)\n    at run (/x/nodewren/dist/worker.js:2:2)";
  const error = Object.freeze(Object.assign(new Error("m"), { stack }));
  expect((arrived(error).value as Error).stack).toBe("Error: m\n    at user (/home/me/work.js:1:1)");
  expect(error.stack).toBe(stack);
});
