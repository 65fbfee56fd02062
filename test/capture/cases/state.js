import { group } from "./registry.js";

const { cases, works, either } = group("state and freshness");
export { cases };

let moduleCount = 100;
const moduleLog = [];
class Tally { static total = 0; #own = 0; add() { Tally.total++; return ++this.#own; } }

works("counter starts from the snapshot", () => { let n = 5; return () => ++n; }, { want: 6 });
works("object grows in one call only", () => { const list = ["start"]; return () => { list.push("call"); return list.length; }; }, { want: 2 });
works("map fills in one call only", () => { const cache = new Map(); return (k) => { const was = cache.size; cache.set(k, 1); return was; }; }, { args: ["k"], want: 0 });
works("module variables", () => () => { moduleCount++; moduleLog.push(moduleCount); return [moduleCount, moduleLog.length]; }, { want: [101, 1] });
works("static and private state", () => { const t = new Tally(); return () => [t.add(), t.add(), Tally.total]; }, { want: [1, 2, 2] });
works("function's own property", () => { const f = () => ++f.calls; f.calls = 0; return () => [f(), f()]; }, { want: [1, 2] });
works("prototype changed in the call", () => { class A { m() { return "old"; } } return () => { const was = new A().m(); A.prototype.m = () => "new"; return [was, new A().m()]; }; }, { want: ["old", "new"] });
works("typed array written in the call", () => { const t = new Uint32Array(2); return () => { t[0]++; return t[0]; }; }, { want: 1 });
works("buffer written in the call", () => { const b = Buffer.from("aaaa"); return () => { const was = b.toString(); b.fill("z"); return was; }; }, { want: "aaaa" });
works("date changed in the call", () => { const d = new Date(0); return () => { const was = +d; d.setTime(9); return was; }; }, { want: 0 });
works("regular expression's lastIndex", () => { const r = /a/g; return () => [r.lastIndex, r.test("aa"), r.lastIndex]; }, { want: [0, true, 1] });
works("error's fields", () => { const e = new Error("m"); return () => { const was = e.count ?? 0; e.count = was + 1; return was; }; }, { want: 0 });
works("set in a getter", () => { let n = 0; const o = { get next() { return ++n; } }; return () => o.next; }, { want: 1 });
works("bound this written", () => { const o = { n: 0 }; return function () { return ++this.n; }.bind(o); }, { want: 1 });
works("proxy over state", () => { const target = { n: 0 }; const p = new Proxy(target, {}); return () => { p.n++; return [p.n, target.n]; }; }, { want: [1, 1] });
works("snapshot is taken at capture", () => { const o = { v: "at capture" }; return () => o.v; }, { want: "at capture" });
works("memo table", () => { const memo = new Map([[0, 0n], [1, 1n]]); const fib = (n) => { if (!memo.has(n)) memo.set(n, fib(n - 1) + fib(n - 2)); return memo.get(n); }; fib(50); return () => [memo.size, fib(60)]; }, { want: [51, 1548008755920n] });
works("once", () => { const once = (f) => { let done = false, value; return (...a) => { if (!done) { value = f(...a); done = true; } return value; }; }; let runs = 0; const init = once(() => ++runs); return () => [init(), init(), runs]; }, { want: [1, 1, 1] });
works("random generator with state", () => { let seed = 12345; const random = () => { seed = (seed * 1103515245 + 12345) & 0x7fffffff; return seed / 0x7fffffff; }; random(); return () => [random(), random()]; });
works("queue with head and tail", () => { const q = (() => { let head = null, tail = null, size = 0; return { push(v) { const n = { v, next: null }; if (tail) tail.next = n; else head = n; tail = n; size++; }, shift() { const { v } = head; head = head.next; if (!head) tail = null; size--; return v; }, size: () => size }; })(); q.push(1); q.push(2); return () => { q.push(3); return [q.shift(), q.shift(), q.shift(), q.size()]; }; }, { want: [1, 2, 3, 0] });
works("observer with subscribers", () => { const subs = new Set(); const on = (f) => { subs.add(f); return () => subs.delete(f); }; const seen = []; const off = on((x) => seen.push(["a", x])); on((x) => seen.push(["b", x])); return () => { subs.forEach((f) => f(1)); off(); subs.forEach((f) => f(2)); return seen; }; }, { want: [["a", 1], ["b", 1], ["b", 2]] });
works("middleware chain", () => { const stack = []; const use = (f) => { stack.push(f); }; use((n, next) => next(n + 1)); use((n, next) => next(n * 10)); const run = (n, i = 0) => (i < stack.length ? stack[i](n, (m) => run(m, i + 1)) : n); return run; }, { args: [4], want: 50 });
works("state machine", () => { const machine = { state: "idle", on: { idle: { go: "busy" }, busy: { stop: "idle" } }, send(e) { this.state = this.on[this.state][e] ?? this.state; return this; } }; return () => machine.send("go").send("huh").state; }, { want: "busy" });
works("global of the user changed in the call", () => { globalThis.wrenTally = { n: 0 }; return () => ++globalThis.wrenTally.n; }, { want: 1 });
works("argument is not captured state", () => (o) => { o.n++; return o; }, { args: [{ n: 1 }], want: { n: 2 } });
works("async interleaving over one variable", () => { let n = 0; const step = async () => { const was = n; await null; n = was + 1; }; return async () => { await Promise.all([step(), step()]); return n; }; }, { want: 1 });
works("process is the worker's", () => () => [typeof process.pid, process.argv.length > 0, typeof process.env.PATH], { want: ["number", true, "string"] });
works("process captured as a variable", () => { const proc = process; return () => proc === process; }, { want: true });
works("globalThis captured as a variable", () => { const g = globalThis, also = global; return () => [g === globalThis, also === globalThis]; }, { want: [true, true] });
works("console captured as a variable", () => { const out = console; const { log } = console; return () => [out === console, log === console.log]; }, { want: [true, true] });
works("timers are the worker's", () => async () => { const order = []; await new Promise((done) => { setTimeout(() => { order.push("timeout"); done(); }, 1); queueMicrotask(() => order.push("micro")); process.nextTick(() => order.push("tick")); }); return order.sort(); }, { want: ["micro", "tick", "timeout"] });
works("patched built-in isn't needed", () => { const { now } = Date; return () => typeof now(); }, { want: "number" });
either("built-in method that the user patched", "map", () => { const o = { map: Array.prototype.map }; const original = o.map; Array.prototype.map = function patched(f) { return original.call(this, f); }; const { map } = Array.prototype; Array.prototype.map = original; return () => map.call([1], (x) => x + 1); }, { want: [2] });
