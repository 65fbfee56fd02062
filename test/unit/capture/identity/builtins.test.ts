import { createRequire } from "node:module";
import process, { argv } from "node:process";
import { describe, expect, it } from "vitest";
import type { Callable, Loose } from "../../../../src/capture/types.js";
import { callRebuilt, roundTrip } from "../round-trip.js";

const require = createRequire(import.meta.url);

async function rebuilt(value: unknown): Promise<unknown> {
  return (await roundTrip(() => value)).fn();
}

describe("built-in modules go by reference", () => {
  it.each([
    ["inspector", (it: Loose) => it.Session],
    ["inspector", (it: Loose) => it.console],
    ["module", (it: Loose) => it.createRequire],
    ["cluster", (it: Loose) => it],
    ["fs", (it: Loose) => it.promises],
    ["fs", (it: Loose) => it.ReadStream],
    ["dns", (it: Loose) => it.promises],
    ["http", (it: Loose) => it.globalAgent],
    ["net", (it: Loose) => it.BlockList],
    ["crypto", (it: Loose) => it.webcrypto],
    ["crypto", (it: Loose) => it.getRandomValues],
    ["util", (it: Loose) => it.types],
    ["path", (it: Loose) => it.win32],
    ["stream/web", (it: Loose) => it.ReadableStream],
    ["timers/promises", (it: Loose) => it.setTimeout],
    ["process", (it: Loose) => it.hrtime.bigint],
    ["process", (it: Loose) => it.cwd],
  ])("%s, %s", async (name, member) => {
    const value = member(require(`node:${name}`));
    expect(await rebuilt(value)).toBe(value);
  });

  it("and so do the streams that a process writes to, but not the one that it reads", async () => {
    const { stdout, stderr, stdin } = process;
    expect(await rebuilt({ stdout, stderr })).toEqual({ stdout, stderr });
    await expect(rebuilt({ stdin })).rejects.toMatchObject({ code: "CAPTURE", path: "value.stdin" });
  });

  it("in the wrapper that compilers to CommonJS put around them", async () => {
    const wrapper = Object.create(Object.getPrototypeOf(process));
    Object.defineProperty(wrapper, "default", { value: process, enumerable: true });
    for (const key of ["pid", "argv"]) {
      Object.defineProperty(wrapper, key, { get: () => (process as Loose)[key], enumerable: true });
    }
    expect(await callRebuilt(() => [wrapper.default, wrapper.pid])).toEqual([process, process.pid]);
  });

  it("and so does what belongs to the process", async () => {
    const same: Callable = () => argv === process.argv;
    expect(await callRebuilt(same)).toBe(true);
  });
});

describe("symbols", () => {
  it.each([
    ["events", "errorMonitor"],
    ["repl", "REPL_MODE_STRICT"],
    ["http2", "sensitiveHeaders"],
    ["util", "inspect.custom"],
  ])("of node:%s are the worker's: %s", async (name, path) => {
    const value = path.split(".").reduce((from, key) => from[key], require(`node:${name}`));
    expect(await rebuilt(value)).toBe(value);
    expect(await rebuilt({ [value]: 1 })).toEqual({ [value]: 1 });
  });

  it("of the program's are new ones, also where it hung them on Symbol", async () => {
    const own = Symbol("Symbol.nodewrenTest");
    Object.assign(Symbol, { nodewrenTest: own });
    const copy = await rebuilt(own);
    Reflect.deleteProperty(Symbol, "nodewrenTest");
    expect(String(copy)).toBe(String(own));
    expect(copy).not.toBe(own);
  });
});

describe("globals", () => {
  it("that a version of Node has beyond those listed are the worker's", async () => {
    const made = ReadableByteStreamController;
    expect(await callRebuilt(() => made === ReadableByteStreamController)).toBe(true);
  });

  it("have getters that are the worker's", async () => {
    const { get } = Object.getOwnPropertyDescriptor(globalThis, "crypto") as PropertyDescriptor;
    expect(await rebuilt(get)).toBe(get);
  });

  it("that the program put in the place of Node's are its own", async () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
    const own = { mine: 1 };
    Object.defineProperty(globalThis, "navigator", { value: own, configurable: true });
    const copy = await rebuilt(own);
    if (before) Object.defineProperty(globalThis, "navigator", before);
    else Reflect.deleteProperty(globalThis, "navigator");
    expect(copy).toEqual(own);
    expect(copy).not.toBe(own);
  });
});
