import { describe, expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";
import { readPayload } from "../../../../src/capture/payload/payload.js";
import { load } from "../../../../src/capture/rebuild/rebuild.js";
import type { Callable } from "../../../../src/capture/types.js";

const LENGTH = 40;

/** Each makes a function of `list` (an array), `floats`, `bytes` (a Buffer), `map` or `set`, and of the name in `key`. */
function make(body: string, key = ""): Callable {
  const list = Array.from({ length: LENGTH }, (_, i) => LENGTH - i);
  const floats = new Float64Array(list);
  const bytes = Buffer.alloc(LENGTH * 300, 7);
  const map = new Map(list.map((one) => [`k${one}`, one]));
  const set = new Set(list);
  const names = { list, floats, bytes, map, set, key, memory: floats.buffer, pooled: bytes.buffer };
  return new Function(...Object.keys(names), `return ${body}`)(...Object.values(names));
}

function isShared(fn: Callable): boolean {
  return readPayload(capture(fn).bytes).payload.heap.some(
    ({ kind, isShared }) => isShared && /^(array|view|map|set)$/.test(kind),
  );
}

describe("lists that are only read", () => {
  it.each([
    "(i) => list[i]",
    "(i) => list[i] + list?.[i + 1]",
    "(i, j) => [list[i ? i : j], list[i && `0`], list.at(-1), list.length]",
    "() => { let sum = 0; for (const one of list) sum += one; return sum }",
    "() => [...list, Math.max(...list)]",
    "() => list.map((x) => x + 1).filter((x, i) => i % 2).slice(1)",
    "() => (list?.map)((x) => x)",
    "() => list.reduce((sum, x, i) => sum + x * i, 0)",
    "(i) => floats[i] * floats.length + floats.byteLength",
    "() => floats.slice(1, 3)",
    "(i) => bytes[i] + bytes.toString('hex').length + bytes.indexOf(7)",
    "(k) => [map.get(k), map.has(k), map.size, [...map.keys()].length]",
    "() => { const found = []; map.forEach((value, name) => found.push(name)); for (const [k] of map) found.push(k); return found }",
    "(k) => [set.has(k), set.size, [...set].length]",
  ])("%s", async (body) => {
    expect(isShared(make(body))).toBe(true);
    expect(await twice(make(body))).toEqual(expectedTwice(make(body)));
  });
});

describe("what could change a list, or pass it on, gets one of its own in each call", () => {
  it.each([
    ["() => { const was = list[0]; list.sort(); return was }"],
    ["() => { const was = list[0]; (list?.[key])(); return was }", "sort"],
    ["() => { const was = list[0]; list[key](); return was }", "sort"],
    ["() => { const was = list[0]; list?.[key]?.(); return was }", "sort"],
    ["() => { const was = list[0]; list[key].call(list); return was }", "sort"],
    ["() => { const was = list[0]; list[key].bind(list)(); return was }", "sort"],
    ["() => { const was = list[0]; const { [key]: sort } = list; sort.call(list); return was }", "sort"],
    ["(i = 0) => { const was = list[i]; delete list?.[i]; return was }"],
    ["(i = 0) => { const was = list[i]; delete list[i]; return was }"],
    ["() => { const was = list[0]; delete list?.[0]; return was }"],
    ["(i = 0) => { const was = list[i]; list[i]++; return was }"],
    ["(i = 0) => { const was = list[i]; list[i] ||= 1; list[i] = 1; return was }"],
    ["(i = 0) => { const was = list[i]; [list[i]] = [1]; return was }"],
    ["(i = 0) => { const was = list[i]; [list[i] = 2] = []; return was }"],
    ["(i = 0) => { const was = list[i]; [...list[i]] = [1]; return was }"],
    ["(i = 0) => { const was = list[i]; ({ x: list[i] } = { x: 1 }); return was }"],
    ["(i = 0) => { const was = list[i]; ({ x: list[i] = 3 } = {}); return was }"],
    ["(i = 0) => { const was = list[i]; ({ ...list[i] } = {}); return was }"],
    ["(i = 0) => { const was = list[i]; for (list[i] of [1]); return was }"],
    ["(i = 0) => { const was = list[i]; for (list[i] in { a: 1 }); return was }"],
    ["() => { const was = list.length; list.length = 1; return was }"],
    ["() => { const was = list[0]; list[key] = 3; return was }", "length"],
    ["() => { const was = list[0]; list.map((x, i, all) => { all[0] = 0 }); return was }"],
    ["() => { const was = list[0]; list.map((x, ...rest) => { rest[1][0] = 0 }); return was }"],
    ["() => { const was = list[0]; list.map(function () { arguments[2][0] = 0 }); return was }"],
    ["() => { const was = list[0]; list.reduce((sum, x, i, all) => { all[0] = 0 }, 0); return was }"],
    ["() => { const was = list[0]; list.valueOf()[0] = 0; return was }"],
    ["() => { const was = list[0]; (0, list)[0] = 0; return was }"],
    ["() => { const was = list[0]; const other = list; other[0] = 0; return was }"],
    ["() => { const was = list[0]; Reflect.set(list, 0, 0); return was }"],
    ["(i = 0, other = list) => { const was = list[i]; other[i] = 0; return was }"],
    [
      "() => { const was = list[0], { slice } = Array.prototype; Array.prototype.slice = function () { this[0] = 0 }; list.slice(); Array.prototype.slice = slice; return was }",
    ],
    ["() => { const was = floats[0]; new Float64Array(memory)[0]++; return was }"],
    ["() => { const was = floats[0]; new Float64Array(floats.buffer)[0]++; return was }"],
    ["() => { const was = floats[0]; new Float64Array(floats['buffer'])[0]++; return was }"],
    ["() => { const was = floats[0]; new Float64Array(floats[key])[0]++; return was }", "buffer"],
    ["() => { const was = floats[0]; new Float64Array(floats?.[key])[0]++; return was }", "buffer"],
    ["() => { const was = floats[0]; const { buffer } = floats; new Float64Array(buffer)[0]++; return was }"],
    ["() => { const was = floats[0]; structuredClone(memory, { transfer: [memory] }); return was }"],
    ["() => { const was = floats[0]; floats.subarray(0, 1)[0]++; return was }"],
    ["() => { const was = floats[0]; floats[key].call(floats, 0); return was }", "fill"],
    ["() => { const was = bytes[0]; bytes.slice(0, 1)[0]++; return was }"],
    ["() => { const was = bytes[0]; new Uint8Array(pooled)[0]++; return was }"],
    ["() => { const was = bytes[0]; new Uint8Array(bytes[key])[0]++; return was }", "parent"],
    ["() => { const was = bytes[0]; bytes[key](9, 0); return was }", "writeUInt8"],
    ["() => { const was = map.size; map.set('new', 1); return was }"],
    ["() => { const was = map.size; map[key](); return was }", "clear"],
    ["() => { const was = map.size; map.forEach((v, k, all) => all.clear()); return was }"],
    ["() => { const was = set.size; set.delete(1); return was }"],
  ])("%s %s", async (body: string, key?: string) => {
    expect(await twice(make(body, key))).toEqual(expectedTwice(make(body, key)));
    expect(await atOnce(make(body, key))).toEqual(expectedTwice(make(body, key)));
  });
});

/** Results of two calls, each on an instance of its own. */
async function twice(fn: Callable): Promise<unknown[]> {
  const program = await load(capture(fn).bytes);
  return [program.instantiate().fn(), program.instantiate().fn()];
}

/** As `twice`, but both instances are there before the first call. */
async function atOnce(fn: Callable): Promise<unknown[]> {
  const program = await load(capture(fn).bytes);
  return [program.instantiate(true), program.instantiate(true)].map((instance) => instance.fn());
}

function expectedTwice(fn: Callable): unknown[] {
  const result = fn();
  return [result, result];
}
