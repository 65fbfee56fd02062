import { inspect, types } from "node:util";
import { describe, expect, it } from "vitest";
import { decode, encode } from "../../../src/codec/codec.js";
import { assertSame } from "./same.js";

function there<T>(value: T): T {
  return decode(encode(value)) as T;
}

class HttpError extends TypeError {
  status = 404;
}

describe("errors", () => {
  it.each([Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError])("carries %O", (Class) => {
    const error = Object.assign(new Class("why", { cause: { deep: [1] } }), { code: "E_X", nested: new Class() });
    assertSame(there(error), error);
    expect(types.isNativeError(there(error))).toBe(true);
  });

  it("keeps a cause of undefined apart from no cause", () => {
    expect(Object.hasOwn(there(new Error("a", { cause: undefined })), "cause")).toBe(true);
    expect(Object.hasOwn(there(new Error("a")), "cause")).toBe(false);
  });

  it("keeps an absent message and stack absent", () => {
    const error = new Error();
    delete error.stack;
    expect(Object.getOwnPropertyNames(there(error))).toEqual([]);
  });

  it("carries AggregateError with its errors", () => {
    const error = new AggregateError([new TypeError("a"), "b"], "all");
    assertSame(there(error), error);
  });

  it("carries DOMException", () => {
    const error = there(new DOMException("stop", "AbortError"));
    expect(error).toBeInstanceOf(DOMException);
    expect([error.name, error.message, error.code]).toEqual(["AbortError", "stop", 20]);
    expect(typeof error.stack).toBe("string");
  });

  it("gives an unknown class's error as the nearest built-in, with the class's name beside", () => {
    const error = there(new HttpError("gone"));
    expect(Object.getPrototypeOf(error)).toBe(TypeError.prototype);
    expect(error).toMatchObject({ name: "TypeError", className: "HttpError", status: 404, message: "gone" });
    expect(Object.keys(error)).toEqual(["status"]);
    expect(there(error)).toMatchObject({ className: "HttpError", status: 404 });
  });

  it("keeps a name that comes from the class", () => {
    class NamedError extends Error {
      override get name() {
        return "Named";
      }
    }
    const error = there(new NamedError("x"));
    expect(error).toMatchObject({ name: "Named", className: "NamedError" });
    expect(inspect(error)).toContain("x");
  });

  it("carries what Node itself throws", async () => {
    const error = await import("node:fs/promises").then((fs) => fs.readFile("/no/such/file")).catch((thrown) => thrown);
    expect(there(error)).toMatchObject({ code: "ENOENT", errno: -2, syscall: "open", path: "/no/such/file" });
  });

  it("takes old-style error classes for errors", () => {
    const old = Object.assign(Object.create(RangeError.prototype), { message: "m" });
    expect(there(old)).toBeInstanceOf(RangeError);
    expect(there(old).message).toBe("m");
  });

  it("survives a stack that throws", () => {
    const error = new Error("x");
    Object.defineProperty(error, "stack", { get: () => assertNever() });
    expect(there(error).message).toBe("x");
  });
});

function assertNever(): never {
  throw new Error("a formatter's own fault");
}
