// Each decorator takes both forms, the standard one and TypeScript's older one, as the environment compiles it.
import { group } from "./registry.js";

type Options = { args?: unknown[]; want?: unknown };
const { cases, works } = group("decorators") as unknown as {
  cases: unknown[];
  works(id: string, make: () => unknown, options?: Options): void;
};
export { cases };

const seen: string[] = [];
const isContext = (x: unknown): boolean => typeof x === "object" && x !== null && "kind" in x;
const wrap = (name: string, f: Function) => function (this: unknown, ...a: unknown[]): string { seen.push(name); return `[${name}] ${f.apply(this, a)}`; };
function logged(...args: any[]): any {
  if (isContext(args[1])) return wrap(String(args[1].name), args[0]);
  const [, key, descriptor] = args;
  return { ...descriptor, value: wrap(key, descriptor.value) };
}
function tagged(tag: string) { return (C: any, ..._: unknown[]): any => { C.tag = tag; return C; }; }
function times(by: number) { return (...args: any[]): any => (isContext(args[1]) ? function (this: any, ...a: number[]) { return args[0].apply(this, a) * by; } : { ...args[2], value(this: any, ...a: number[]) { return args[2].value.apply(this, a) * by; } }); }

@tagged("bird")
class Bird { name = "wren"; @logged call(x: string): string { return `${this.name} ${x}`; } @times(3) @times(2) count(n: number): number { return n + 1; } @logged static make(): string { return "made"; } }

works("method", () => { const b = new Bird(); return () => [b.call("sings"), new Bird().call("x")]; }, { want: ["[call] wren sings", "[call] wren x"] });
works("two decorators", () => () => new Bird().count(1), { want: 12 });
works("static method", () => () => Bird.make(), { want: "[make] made" });
works("class", () => () => [(Bird as unknown as { tag: string }).tag, Bird.name], { want: ["bird", "Bird"] });
works("state of the decorator", () => () => { const was = seen.length; new Bird().call("y"); return seen.length - was; }, { want: 1 });
