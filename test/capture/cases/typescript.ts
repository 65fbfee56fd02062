import { createHash } from "node:crypto";
import fs from "node:fs";
import * as path from "node:path";
import ms from "ms";
import { clamp } from "@fixture/esm";
import type { HasId, Pair } from "./user/shapes.js";
import minusOne, { bump, Dog, Animal, Flag, Geometry, identity, Level, Mode } from "./user/shapes.js";
import * as shapes from "./user/shapes.js";
import { group } from "./registry.js";

type Make = () => unknown;
type Options = { args?: unknown[]; want?: unknown; name?: string; thisArg?: unknown };
type Add = (id: string, make: Make, options?: Options) => void;
const { cases, works } = group("TypeScript") as unknown as { cases: unknown[]; works: Add };
export { cases };

enum Colour { Red = "red", Green = "green" }
enum Bits { None, One = 1 << 0, Two = 1 << 1, Both = One | Two }
function Callable(x: number): string { return `${x}${Callable.suffix}`; }
namespace Callable { export const suffix = "!"; }
class Param { constructor(private readonly x: number, public y = x * 2, protected z?: string) {} sum(): number { return this.x + this.y; } static of(x: number): Param { return new Param(x); } }
class Store<T extends HasId> { #items = new Map<number, T>(); add(x: T): this { this.#items.set(x.id, x); return this; } get size(): number { return this.#items.size; } at(id: number): T | undefined { return this.#items.get(id); } }
abstract class Base<T> { protected abstract make(): T; run(): [T, string] { return [this.make(), this.constructor.name]; } }
class Impl extends Base<number> { private n = 1; protected override make(): number { return this.n++; } }
class Declared { declare ghost: string; given!: number; optional?: string; readonly fixed = 7; static { (this as unknown as { extra: number }).extra = 1; } }
const table = { a: 1, b: ["x"] } as const satisfies Record<string, unknown>;
const cast = <T,>(x: unknown): T => x as T;
function over(x: string): string;
function over(x: number): number;
function over(x: unknown): unknown { return typeof x === "string" ? `${x}!` : (x as number) + 1; }
function assertNumber(x: unknown): asserts x is number { if (typeof x !== "number") throw new TypeError("no number"); }
const level: number = 7;

works("typed arrow", () => { const k: number = 2; return (x: number): number => x * k!; }, { args: [3], want: 6 });
works("top-level const", () => (x: number = level): number => x + level, { want: 14 });
works("enum", () => () => [Colour.Green, Object.keys(Colour)], { want: ["green", ["Red", "Green"]] });
works("numeric enum, both ways", () => () => [Bits.Both, Bits[3], Bits[Bits.One]], { want: [3, "Both", "One"] });
works("enum as a value", () => { const kinds: Record<string, unknown> = { Colour, Bits }; return () => kinds; });
works("enum of a module", () => () => [Level.Max, Level[2], Mode.Safe], { want: [10, "High", "safe"] });
works("const enum of a module", () => () => Flag.A | Flag.B, { want: 12 });
works("namespace of a module", () => () => [Geometry.area(2), Geometry.asked(), Geometry.Deep.name, new Geometry.Deep.Box().size], { want: [12, 1, "deep", 3] });
works("function merged with a namespace", () => () => Callable(1), { want: "1!" });
works("parameter properties", () => { const p = new Param(3); return () => [p.sum(), p.y, Param.of(1).sum(), p]; });
works("generic class with a private map", () => { const s = new Store<HasId & { t: string }>().add({ id: 1, t: "one" }); return () => [s.size, s.at(1)?.t, s.add({ id: 2, t: "two" }).size]; }, { want: [1, "one", 2] });
works("abstract class", () => { const i = new Impl(); i.run(); return () => i.run(); }, { want: [2, "Impl"] });
works("declared and optional fields", () => { const d = new Declared(); return () => [d, (Declared as unknown as { extra: number }).extra]; });
works("class of a module", () => { const d = new Dog("rex"); return () => [d.describe(), d instanceof Animal, Dog.count]; });
works("satisfies and as const", () => () => [table.a, table.b[0]], { want: [1, "x"] });
works("casts and non-null", () => { const o: { a?: { b: number } } = { a: { b: 2 } }; return () => [o.a!.b, cast<number>(3), (<T,>(x: T) => x)(4), o?.a?.b ?? 0]; }, { want: [2, 3, 4, 2] });
works("overloads", () => () => [over("a"), over(1)], { want: ["a!", 2] });
works("assertion function", () => () => { try { assertNumber("x"); return "passed"; } catch (e) { return (e as Error).message; } }, { want: "no number" });
works("generic function", () => () => identity<Pair<number>>([1, 2]), { want: [1, 2] });
works("state of a module", () => () => [bump(1), bump(1)], { want: [42, 43] });
works("default import", () => () => minusOne(3), { want: 2 });
works("namespace import", () => () => [shapes.default(1), shapes.Level.Low, shapes.Geometry.UNIT], { want: [0, 1, 3] });
works("built-ins and packages", () => () => [createHash("md5").update(path.join("a", "b")).digest("hex").length, fs.existsSync("/"), ms("1s"), clamp(5, 0, 1)], { want: [32, true, 1000, 1] });
works("dynamic import", () => async () => (await import("node:path")).basename("/a/b"), { want: "b" });
works("dynamic import of a package", () => async () => (await import("@fixture/esm")).clamp(9, 0, 2), { want: 2 });
works("async generator", () => { const k = 3; async function* ag(): AsyncGenerator<number> { for (let i = 0; i < k; i++) yield i; } return async () => { const r: number[] = []; for await (const x of ag()) r.push(x); return r; }; }, { want: [0, 1, 2] });
works("names of inner functions", () => () => { const inner = (x: number): number => x + 1; function named(y: number): number { return inner(y); } class L { m = (): number => named(1); } return [new L().m(), inner.name, named.name, L.name]; });
works("shared variable", () => { let n = 0; const inc = (): number => ++n; return () => { inc(); return [inc(), n]; }; }, { want: [2, 2] });
works("this parameter", () => function (this: { k: number }, x: number): number { return this.k * x; }, { thisArg: { k: 3 }, args: [2], want: 6 });
works("error class with a parameter property", () => { class Coded extends Error { constructor(readonly code: number) { super(`c${code}`); } } return () => { try { throw new Coded(4); } catch (e) { return [(e as Coded).code, e instanceof Coded, (e as Error).message]; } }; }, { want: [4, true, "c4"] });
works("private constructor", () => { class Only { static #one?: Only; private constructor(readonly n: number) {} static get(): Only { return (Only.#one ??= new Only(5)); } } Only.get(); return () => [Only.get().n, Only.get() === Only.get()]; }, { want: [5, true] });
works("symbol-keyed members", () => { const key: unique symbol = Symbol("key") as never; class C { [key](): string { return "k"; } } return () => new C()[key](); }, { want: "k" });
works("tuple, rest and labelled parameters", () => (first: number, ...[second = 2, ...more]: [second?: number, ...more: number[]]) => [first, second, more], { args: [1, undefined, 3], want: [1, 2, [3]] });
works("optional parameter and destructured defaults", () => ({ a = 1, b: { c = 2 } = {} as { c?: number } }: { a?: number; b?: { c?: number } } = {}, d?: string) => [a, c, d], { want: [1, 2, undefined] });
works("using with a fallback", () => { const log: string[] = []; return () => { try { log.push("body"); return log; } finally { log.push("end"); } }; }, { want: ["body", "end"] });
