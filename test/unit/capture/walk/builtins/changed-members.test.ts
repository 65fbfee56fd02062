/**
 * What a program put on the global object and on built-in objects, in the ways in which code may come upon it. @alone as it looks at all
 * that is there, where a library may leave something for good.
 */
import { afterEach, describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import type { CaptureOptions } from "../../../../../src/capture/captured.js";
import { takeGlobals } from "../../../../../src/capture/rebuild/globals.js";
import { load, type Program } from "../../../../../src/capture/rebuild/rebuild.js";
import type { Callable, Loose } from "../../../../../src/capture/types.js";
import { callRebuilt } from "../../round-trip.js";

const here = globalThis as Loose;
const undo: (() => void)[] = [];

/** Puts something on an object until the test has ended. */
function put(owner: object, key: PropertyKey, descriptor: PropertyDescriptor): void {
  const before = Object.getOwnPropertyDescriptor(owner, key);
  undo.push(() => (before ? Object.defineProperty(owner, key, before) : Reflect.deleteProperty(owner, key)));
  Object.defineProperty(owner, key, { configurable: true, ...descriptor });
}

function assign(owner: object, key: PropertyKey, value: unknown): void {
  put(owner, key, { value, writable: true, enumerable: true });
}

function takeBack(): void {
  for (const one of undo.splice(0).reverse()) one();
}

afterEach(() => {
  takeGlobals();
  takeBack();
});

const refusal = (fn: Callable, options: CaptureOptions = {}): string => {
  try {
    capture(fn, options);
  } catch (error) {
    return (error as Loose).path;
  }
  return "no refusal";
};

/** The program, in a place where nothing was put on any object. */
async function programElsewhere(fn: Callable): Promise<Program> {
  const { bytes } = capture(fn);
  takeBack();
  return await load(bytes);
}

async function callElsewhere(fn: Callable, ...given: unknown[]): Promise<unknown> {
  return (await programElsewhere(fn)).instantiate().fn(...given);
}

const NAME = "wrenSetting";
const TAG = Symbol("wren");
const sets = (): void => {
  here.wrenSetting = 4;
};
const ask = (from: Loose): unknown => from.wrenSetting;
const methodWithSuper: Loose = {
  say() {
    return (super.say as Callable)();
  },
};
const askFor = (from: Loose, key: string): unknown => from[key];

describe("what the program put on the global object travels where the code names it", () => {
  it.each<[string, Callable]>([
    ["by a constant", () => here[NAME]],
    ["by a text that is put together", () => (globalThis as Loose)[`wren${"Setting"}`]],
    ["by Reflect", () => Reflect.get(globalThis, NAME)],
    ["by in", () => "wrenSetting" in globalThis && 3],
    ["by Object.hasOwn", () => Object.hasOwn(globalThis, "wrenSetting") && 3],
    ["by its own hasOwnProperty", () => Object.hasOwn(here, "wrenSetting") && 3],
    ["by typeof", () => typeof here.wrenSetting === "number" && 3],
    ["through another name for the object", () => (global as Loose).wrenSetting],
    [
      "through a variable of the function's own",
      () => {
        const all = typeof globalThis === "undefined" ? global : globalThis;
        return (all as Loose)[NAME];
      },
    ],
    ["through a default parameter", (_: unknown, all: Loose = globalThis) => all.wrenSetting],
    [
      "by a pattern with a computed key",
      () => {
        const { [NAME]: taken } = here;
        return taken;
      },
    ],
    ["by a function that it is handed to", () => ask(globalThis)],
    ["by changing it", () => here.wrenSetting++],
    ["by setting it where it is nothing", () => (here.wrenSetting ??= 1)],
  ])("%s", async (_, fn) => {
    assign(globalThis, NAME, 3);
    expect(await callElsewhere(fn)).toBe(3);
  });

  it("by a key that is known only then", async () => {
    const names = [`not${NAME}`.slice("not".length)];
    assign(globalThis, NAME, 3);
    expect(await callElsewhere(() => names.map((name) => here[name]))).toEqual([3]);
    assign(globalThis, NAME, 3);
    expect(await callElsewhere((key: string) => here[key], NAME)).toBe(3);
    assign(globalThis, NAME, 3);
    expect(await callElsewhere((key: string) => askFor(globalThis, key), NAME)).toBe(3);
  });

  it("by a symbol, of the registry or of its own", async () => {
    assign(globalThis, TAG, { size: 1 });
    assign(globalThis, Symbol.for("wren.tag"), 2);
    expect(await callElsewhere(() => [here[TAG].size, here[Symbol.for("wren.tag")]])).toEqual([1, 2]);
  });

  it("with what the code that it leads to asks for in turn", async () => {
    const own = { limit: 3 };
    assign(globalThis, NAME, () => here.wrenLimits);
    assign(globalThis, "wrenLimits", { own, again: () => here.wrenOwn === own });
    assign(globalThis, "wrenOwn", own);
    const fn = () => [here.wrenSetting().own.limit, here.wrenLimits.again(), here.wrenSetting().own === own];
    expect(await callElsewhere(fn)).toEqual([3, true, true]);
  });

  it("with what super leads to there", async () => {
    const base = { say: () => here.wrenName };
    const nest = Object.setPrototypeOf({ say: methodWithSuper.say }, base) as Loose;
    Object.setPrototypeOf(methodWithSuper, base);
    assign(globalThis, "wrenName", "wren");
    assign(globalThis, NAME, nest);
    expect(await callElsewhere(() => here.wrenSetting.say())).toBe("wren");
  });

  it("and is the same for each call, whatever the calls before made of it", async () => {
    assign(globalThis, NAME, { list: Array.from({ length: 40 }, (_, at) => at) });
    assign(globalThis, "wrenCount", 1);
    assign(
      globalThis,
      "wrenList",
      Array.from({ length: 40 }, (_, at) => at),
    );
    const { instantiate } = await programElsewhere(() => {
      here.wrenSetting.list.push(1);
      here.wrenList.push(1);
      here.wrenCount++;
      return [here.wrenSetting.list.length, here.wrenList.length, here.wrenCount];
    });
    expect([instantiate().fn(), instantiate().fn()]).toEqual([
      [41, 41, 2],
      [41, 41, 2],
    ]);
  });

  it("and is gone for the next function", async () => {
    assign(globalThis, NAME, 3);
    const { bytes } = capture(() => ++here.wrenSetting);
    takeBack();
    const other = capture(() => typeof here.wrenSetting).bytes;
    const [first, second] = [await load(bytes), await load(other)];
    expect(first.instantiate().fn()).toBe(4);
    expect(second.instantiate().fn()).toBe("undefined");
    expect(first.instantiate().fn()).toBe(4);
    expect(NAME in globalThis).toBe(true);
    await load(other);
    expect(NAME in globalThis).toBe(false);
  });

  it("and is told of as a variable, as large and as a secret", () => {
    assign(globalThis, "wrenPassword", "correct horse battery");
    assign(globalThis, NAME, "long".repeat(300_000));
    const { summary, warnings } = capture(() => [here.wrenPassword, here.wrenSetting]);
    expect(summary.variables.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["here.wrenPassword", "here.wrenSetting"]),
    );
    expect(warnings.map(({ kind, path }) => [kind, path])).toEqual([
      ["large", "here.wrenSetting"],
      ["secret", "here.wrenPassword"],
    ]);
  });
});

describe("what the program put on the global object is refused", () => {
  it.each<[string, Callable]>([
    [
      "by what a pattern leaves",
      () => {
        const { process: _, ...rest } = here;
        return rest;
      },
    ],
    ["by a list of its keys", () => Object.keys(globalThis)],
  ])("%s", (_, fn) => {
    assign(globalThis, NAME, 3);
    expect(refusal(fn)).toMatch(/(globalThis|global|here)\.wrenSetting$/);
  });

  it("where it cannot travel, by the way to what cannot", () => {
    assign(globalThis, NAME, { deep: { wait: Promise.resolve() } });
    expect(refusal(() => here.wrenSetting.deep)).toBe("here.wrenSetting.deep.wait");
  });

  it("where a getter gives it", () => {
    put(globalThis, NAME, { get: () => 3 });
    expect(refusal(() => here.wrenSetting)).toBe("here.wrenSetting");
  });

  it("where code names it with and without the global object, and assigns it", () => {
    assign(globalThis, NAME, 3);
    const names = new Function("return wrenSetting;");
    expect(refusal(new Function("globalThis.wrenSetting = 1; return wrenSetting;"))).toBe("wrenSetting");
    expect(refusal(new Function("wrenSetting = 1; return globalThis.wrenSetting;"))).toBe("wrenSetting");
    expect(refusal(() => [sets(), names()])).toBe("names -> wrenSetting");
    expect(refusal(new Function("return wrenSetting + globalThis.wrenSetting;"))).toBe("no refusal");
  });

  it("where a setup reads it, or sets what the calls are given", () => {
    assign(globalThis, NAME, 3);
    const none = new Set<PropertyKey>();
    const both = new Set<PropertyKey>([NAME]);
    expect(refusal(() => here.wrenSetting, { setupBefore: none })).toBe("here.wrenSetting");
    expect(refusal(sets, { setupBefore: none })).toBe("no refusal");
    expect(refusal(sets, { setupBefore: both })).toBe("here.wrenSetting");
  });
});

describe("what the program put on another built-in object is refused", () => {
  it.each<[string, object, Callable]>([
    ["process", process, () => (process as Loose).wrenSetting?.size],
    ["Math, by a constant", Math, () => (Math as Loose)[NAME]],
    ["console", console, () => (console as Loose).wrenSetting],
    ["a class of Node's", URL, () => (URL as Loose).wrenSetting],
    ["what a getter gives", performance, () => (performance as Loose).wrenSetting],
    ["an error class, by in", Error, () => "wrenSetting" in Error],
  ])("%s", (_, owner, fn) => {
    assign(owner, NAME, 3);
    expect(refusal(fn)).toMatch(/\.wrenSetting$/);
  });

  it("when it is a built-in function with another name, or cannot be seen", () => {
    assign(Math, NAME, Math.hypot);
    expect(refusal(() => (Math as Loose).wrenSetting(3, 4))).toBe("Math.wrenSetting");
    put(JSON, NAME, { value: 3 });
    expect(refusal(() => (JSON as Loose).wrenSetting)).toBe("JSON.wrenSetting");
  });

  it("when it is on a prototype, under a key that a variable holds", () => {
    put(Array.prototype, NAME, { value: 3 });
    put(Array.prototype, TAG, { value: 3 });
    expect(refusal((list: Loose) => list[NAME])).toBe("Array.prototype.wrenSetting");
    expect(refusal((list: Loose) => list[TAG])).toBe("Array.prototype[Symbol(wren)]");
    expect(refusal((list: Loose) => NAME in list)).toBe("Array.prototype.wrenSetting");
  });
});

describe("what the program put in the place of a built-in", () => {
  it("travels when it is a global, called by its name", async () => {
    assign(globalThis, "btoa", () => "mine");
    assign(globalThis, "structuredClone", new Proxy(structuredClone, { apply: () => "mine" }));
    assign(globalThis, "Math", Object.create(Math, { random: { value: () => 0.5 } }));
    const Real = Date;
    class Stopped extends Real {
      constructor() {
        super(0);
      }
    }
    assign(globalThis, "Date", Stopped);
    const fn = () => [btoa("x"), structuredClone(1), Math.random(), new Date().getTime()];
    expect(await callRebuilt(fn)).toEqual(["mine", "mine", 0.5, 0]);
  });

  it("is refused as a member of the global object, or behind a getter", () => {
    assign(globalThis, "btoa", () => "mine");
    expect(refusal(() => globalThis.btoa("x"))).toBe("globalThis.btoa");
    put(globalThis, "crypto", { get: () => ({}) });
    expect(refusal(() => crypto.randomUUID())).toBe("crypto");
  });

  it.each<[string, object, string, PropertyDescriptor, Callable]>([
    ["a function", Date, "now", { value: () => 5 }, () => Date.now()],
    ["a proxy", Math, "random", { value: new Proxy(Math.random, {}) }, () => Math.random()],
    ["a getter", Math, "random", { get: () => () => 0.5 }, () => Math.random()],
    ["the clock of a Node object", performance, "now", { value: () => 5 }, () => performance.now()],
    ["the clock of the process", process, "hrtime", { value: () => [0, 0] }, () => process.hrtime()],
  ])("is refused as a member: %s", (_, owner, key, descriptor, fn) => {
    put(owner, key, descriptor);
    expect(refusal(fn)).toMatch(new RegExp(`\\.${key}$`));
  });

  it("is refused when it was taken away", () => {
    put(globalThis, "WeakRef", {});
    Reflect.deleteProperty(globalThis, "WeakRef");
    expect(refusal(() => typeof WeakRef)).toBe("WeakRef");
  });
});

describe("code is not refused that", () => {
  it.each<[string, Callable, unknown]>([
    ["compares the global object", () => globalThis === here, true],
    ["asks it for what every worker has", () => new here.Map([[1, 2]]).get(1), 2],
    ["asks by a key that every worker has", () => new here[["Uint8Array"][0] as string](2).length, 2],
    ["asks by the names of built-ins", () => [Map, Set].map((one) => here[one.name] === one), [true, true]],
    ["hands built-in functions on", () => ["1", "2"].map(Number), [1, 2]],
    ["calls a function on the global object", () => Array.prototype.slice.call([1]).length, 1],
    ["puts something there itself", () => Object.assign(Math, { wrenOwn: 1 }).wrenOwn, 1],
    [
      "asks Node's own members",
      () => typeof process.hrtime.bigint() + typeof here.WebAssembly.compile,
      "bigintfunction",
    ],
    ["asks for symbols that Node adds", () => typeof (Symbol as Loose).dispose, "symbol"],
  ])("%s", async (_, fn, expected) => {
    assign(globalThis, "wrenElsewhere", 1);
    try {
      expect(await callRebuilt(fn)).toEqual(expected);
    } finally {
      Reflect.deleteProperty(Math, "wrenOwn");
    }
  });
});
