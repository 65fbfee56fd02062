import net from "node:net";
import { inherits } from "node:util";
import { group } from "./registry.js";

const { cases, works, refused, either } = group("what objects hide");
export { cases };

const sloppy = (text, ...values) => new Function("one", text)(...values);

works("array keys that look like indices", () => { const a = Object.assign([1, 2], { "01": "x", 4294967295: "y", "-0": "z" }); return () => [a, Object.keys(a)]; });
works("typed array keys that look like indices", () => { const t = Object.assign(new Uint8Array(1), { "007": "x" }); return () => Object.keys(t); }, { want: ["0", "007"] });
works("string object with an index past its end", () => { const s = Object.assign(new String("ab"), { 5: "x", "00": "y" }); return () => Object.keys(s); }, { want: ["0", "1", "5", "00"] });
refused("socket under a key that looks like an index", 'list["01"]', () => { const list = Object.assign([1], { "01": new net.Socket() }); return () => list.length; });
works("frozen array with an accessor", () => { let n = 0; const a = [1]; Object.defineProperty(a, 0, { get: () => ++n, enumerable: true }); Object.freeze(a); return () => [n, a[0], a[0], Object.isFrozen(a)]; }, { want: [0, 1, 2, true] });
works("arrays that may not be changed, element by element", () => { const list = [Object.freeze(Object.defineProperty([1, 2], 0, { enumerable: false })), Object.preventExtensions(Object.defineProperty([1, 2], 0, { writable: false })), Object.seal(Object.defineProperty([1, 2], 1, { writable: false })), Object.seal([1, , 3]), Object.preventExtensions([1]), Object.freeze([]), Object.seal([])]; return () => list.map((a) => [Object.getOwnPropertyDescriptors(a), Object.isExtensible(a), Object.isSealed(a), Object.isFrozen(a)]); });
works("long array with a hidden property", () => { const a = Object.defineProperty(Array.from({ length: 5_000 }, (_, i) => i), "unit", { value: "px" }); return () => [a.unit, a.length]; }, { want: ["px", 5_000] });
works("long typed array with a hidden property", () => { const t = Object.defineProperty(new Float64Array(4_096), "unit", { value: "px" }); return () => t.unit; }, { want: "px" });
works("long typed array with a length of its own", () => { const t = Object.defineProperty(new Uint8Array(5_000), "length", { value: 2 }); return () => [t.length, t.byteLength]; }, { want: [2, 5_000] });
works("typed array that may not be extended", () => { const t = Object.preventExtensions(new Uint8Array([1, 2])); return () => [t[0], Object.isExtensible(t)]; }, { want: [1, false] });
works("typed array without a prototype", () => { const t = Object.setPrototypeOf(new Uint8Array([1, 2]), null); return () => [t[1], Object.getPrototypeOf(t)]; }, { want: [2, null] });
works("typed arrays that tell lies", () => { class L extends Float64Array { get length() { return 2; } get byteOffset() { return 8; } get buffer() { return null; } } const t = new L([1, 2, 3]); return () => [t[2], t.length]; }, { want: [3, 2] });
works("prototype between a Buffer and its class", () => { const t = Object.setPrototypeOf(Buffer.from("abc"), Object.create(Buffer.prototype, { hi: { value: 1 } })); return () => [t.hi, t.toString(), Buffer.isBuffer(t)]; }, { want: [1, "abc", true] });

const resizable = (length, max = 16) => new ArrayBuffer(length, { maxByteLength: max });
works("view of fixed length over all of a resizable buffer", () => { const b = resizable(4), t = new Uint8Array(b, 0, 4), v = new DataView(b, 0, 4); return () => { b.resize(8); return [t.length, v.byteLength]; }; }, { want: [4, 4] });
works("view that follows a resizable buffer", () => { const b = resizable(4), t = new Uint8Array(b, 2), v = new DataView(b, 1); return () => { b.resize(8); return [t.length, v.byteLength]; }; }, { want: [6, 7] });
works("view that follows a buffer made empty", () => { const b = resizable(4), t = new Uint8Array(b); b.resize(0); return () => { b.resize(8); return t.length; }; }, { want: 8 });
works("views of a resizable buffer at its limit", () => { const b = resizable(8, 8), t = new Uint8Array(b), f = new Uint8Array(b, 0, 8); return () => { b.resize(4); return [t.length, f.length]; }; }, { want: [4, 0] });
works("the buffer of a view stays as it is", () => { const b = resizable(4), t = new Uint8Array(b); t[3] = 7; return () => [b.byteLength, b.maxByteLength, t[3]]; }, { want: [4, 16, 7] });
refused("view outside of its resizable buffer", "t", () => { const b = resizable(8), t = new Uint8Array(b, 4, 4); b.resize(4); return () => t.length; });
refused("data view outside of its resizable buffer", "v", () => { const b = resizable(8), v = new DataView(b, 4, 4); b.resize(4); return () => v.byteLength; });
works("Buffers over a buffer of one's own, as large as the pool", () => { const b = new ArrayBuffer(Buffer.poolSize), x = Buffer.from(b, 16, 8), y = Buffer.from(b, 100, 8); return () => [x.byteOffset, x.buffer === y.buffer]; }, { want: [16, true] });
works("plain views of the pool", () => { const b = Buffer.from("ok"), u = new Uint8Array(b.buffer, b.byteOffset, 2), v = new DataView(b.buffer, b.byteOffset, 2); return () => { v.setUint8(0, 79); return [...u]; }; }, { want: [79, 107] });
works("numbers and bytes that overlap in the pool", () => { const b = Buffer.from("x".repeat(64)); const odd = 8 - (b.byteOffset % 8) + 4; const inner = b.subarray(odd, odd + 20), f = new Float64Array(b.buffer, b.byteOffset + odd + 4, 2); return () => { f.fill(0); return [inner.toString("latin1").slice(0, 5), inner[19]]; }; }, { want: ["xxxx\0", 0] });
refused("the pool itself", "memory", () => { const memory = Buffer.from("ok").buffer; return () => memory.byteLength; });

works("error with a getter for its stack", () => { let n = 0; const e = Object.defineProperty(new Error("x"), "stack", { get: () => `S${++n}`, configurable: true }); return () => [n, e.stack, e.stack]; }, { want: [0, "S1", "S2"] });
works("error whose getter for its stack throws", () => { const e = Object.defineProperty(new Error("x"), "stack", { get() { throw new Error("boo"); } }); return () => e.message; }, { want: "x" });
works("flags and place of an error's stack", () => { const e = new Error("x"); Object.defineProperty(e, "stack", { value: "S", enumerable: true, writable: false }); return () => [Object.keys(e), Object.getOwnPropertyDescriptor(e, "stack"), Reflect.ownKeys(e).indexOf("stack")]; });
works("error class made with a function", () => { function MyErr(m) { Error.captureStackTrace(this, MyErr); this.message = m; } inherits(MyErr, Error); const e = new MyErr("hi"); return () => [e.message, e instanceof MyErr, e instanceof Error, typeof e.stack]; }, { want: ["hi", true, true, "string"] });
works("stack of a plain object", () => { const o = { a: 1 }; Error.captureStackTrace(o); return () => [typeof o.stack, Object.keys(o)]; }, { want: ["string", ["a"]] });
works("regular expression with flags of its class", () => { class R extends RegExp { get global() { return true; } get flags() { return "gi"; } } const r = new R("a"); return () => [RegExp.prototype.test.call(r, "A"), r.lastIndex, r.flags]; }, { want: [false, 0, "gi"] });
works("regular expression with a fixed lastIndex", () => { const r = Object.defineProperty(/a/g, "lastIndex", { value: 3, writable: false }); return () => Object.getOwnPropertyDescriptor(r, "lastIndex"); });
works("URLs that tell lies", () => { const p = new URLSearchParams("a=1"), u = new URL("http://h/?q=2"); p.toString = () => "zz=9"; Object.defineProperty(u, "href", { value: "http://other/" }); return () => [p.get("a"), p.get("zz"), u.host, u.href]; }, { want: ["1", null, "h", "http://other/"] });
works("symbols on objects of Node's", () => { const key = Symbol("meta"); const list = [new URL("http://h/"), new URLSearchParams("a=1"), new TextEncoder(), new TextDecoder(), new DOMException("m", "AbortError")]; for (const [i, one] of list.entries()) one[key] = i; return () => list.map((one) => one[key]); }, { want: [0, 1, 2, 3, 4] });
refused("socket under a symbol of a URL", "u[Symbol(meta)]", () => { const u = new URL("http://h/"); u[Symbol("meta")] = new net.Socket(); return () => u.host; });

works("arguments with an iterator of their own", () => { const a = (function () { return arguments; })(1); a[Symbol.iterator] = function* () { yield "z"; }; return () => [...a]; }, { want: ["z"] });
works("arguments without iterator, length or callee", () => { const list = [(function () { return arguments; })(1), sloppy("return arguments", 1, 2)]; for (const a of list) { delete a[Symbol.iterator]; delete a.length; } delete list[1].callee; return () => list.map((a) => [Reflect.ownKeys(a).length, a[0]]); }, { want: [[2, 1], [2, 1]] });
works("arguments with another prototype", () => { const a = Object.setPrototypeOf((function () { return arguments; })(1), Array.prototype); return () => [a instanceof Array, a.map((x) => x + 1)]; }, { want: [true, [2]] });
works("arguments of a sloppy function", () => { const a = sloppy("return arguments", 1); return () => [a.length, a[0], Object.keys(a)]; }, { want: [1, 1, ["0"]] });
refused("arguments with the function that was called", "args.callee", () => { const args = sloppy("return arguments", 1); return () => args.callee.length; });
refused("arguments that are one with a parameter", "args", () => sloppy("return (function (a) { const args = arguments; return () => { a = 9; return args[0]; }; })(one)", 1));
works("arguments beside parameters that stay", () => sloppy("return (function (f, a) { const args = arguments; return () => f(args[1], a); })((x, y) => [x, y], one)", 5), { want: [5, 5] });

works("private fields on any kind of object", () => {
  const kinds = [[Number, 5], [String, "ab"], [Float64Array, 2], [ArrayBuffer, 2], [DataView, new ArrayBuffer(4)], [Map], [Date, 0], [RegExp, "a"], [Error, "m"], [Array, 3]];
  const list = kinds.map(([Base, ...args]) => { class Kept extends Base { #kept = Base.name; kept() { return this.#kept; } } return new Kept(...args); });
  return () => list.map((one) => one.kept());
});
refused("socket in a private field of a typed array", "m.#s", () => { class M extends Float64Array { #s = new net.Socket(); s() { return typeof this.#s; } } const m = new M(2); return () => m.s(); });

works("bound function that is the prototype of what it holds", () => { const o = { n: 5 }; const f = function () { return this?.n; }.bind(o); Object.setPrototypeOf(o, f); return () => Object.getPrototypeOf(o)(); }, { want: 5 });
works("proxy over an object whose prototype it is", () => { const t = { a: 1 }; Object.setPrototypeOf(t, new Proxy(t, { get: (_, key) => `missing ${String(key)}` })); return () => [t.a, t.zork]; }, { want: [1, "missing zork"] });
works("proxy over an arrow that is the prototype of its this", () => { const o = { n: 1 }; const f = function () { return () => this?.n; }.call(o); Object.setPrototypeOf(o, new Proxy(f, {})); return () => f(); }, { want: 1 });
works("objects made of others by prototype, without their state", () => { const list = [Uint8Array, ArrayBuffer, DataView, WeakMap, Buffer].map(({ prototype }) => Object.create(prototype, { own: { value: 1 } })); const log = Object.assign(Object.create(console), { tag: 1 }); return () => [list.map((o) => o.own), list[0] instanceof Uint8Array, log.tag, Object.getPrototypeOf(log) === console]; }, { want: [[1, 1, 1, 1, 1], true, 1, true] });
either("object made of a URL's prototype", "u", () => { const u = Object.create(URL.prototype); return () => u instanceof URL; }, { want: true });
for (const [name, make] of Object.entries({ "weak reference": () => new WeakRef({}), "number format": () => new Intl.NumberFormat("de"), "abort controller": () => new AbortController(), "instance with private fields": () => new (class { #x = 1; x() { return this.#x; } })() })) {
  refused(`${name} without its prototype`, "bare", () => { const bare = Object.setPrototypeOf(make(), null); return () => [bare].length; });
  refused(`${name} under another prototype`, "other", () => { const other = Object.setPrototypeOf(make(), {}); return () => typeof other; });
}
works("view of a subclass with private fields that follows its buffer", () => { class T extends Uint8Array { #p = 2; p() { return this.#p; } } const b = resizable(8), t = new T(b, 2); return () => { b.resize(16); return [t.p(), t.length]; }; }, { want: [2, 14] });
works("long chain of prototypes", () => { let o = { base: 1 }; for (let i = 0; i < 1_000; i++) o = Object.create(o); return () => o.base; }, { want: 1 });
refused("text that no payload can hold", "big", () => { const big = "\0".repeat(100_000_000); return () => big.length; });
