// What only an ES module can hold: top-level await, import.meta. And a package too big to travel inside a bundle.
import { createRequire } from "node:module";
import * as acorn from "acorn";
import { marker } from "@fixture/esm";
import { group } from "./registry.js";
import mode, { swapMode } from "./user/swapped.js";

export const cases = [];
const node = group("node built-ins", cases), npm = group("npm packages", cases), own = group("user's modules", cases), values = group("values", cases);

const load = createRequire(import.meta.url);
const required = load("node:path");
const requiredNpm = load("ms");
const [early, late] = [await import("node:os"), await import("@fixture/esm")];
const awaited = await Promise.resolve("later");

values.works("top-level await", () => () => awaited, { want: "later" });
node.works("required built-in", () => () => required.extname("a.b"), { want: ".b" });
node.works("built-in by await import", () => () => typeof early.cpus, { want: "function" });
npm.works("ESM by await import", () => () => late.clamp(0, 1, 2), { want: 1 });
npm.works("ESM symbol is the package's own", () => async () => marker === (await import("@fixture/esm")).marker, { want: true });
npm.works("CJS required", () => () => requiredNpm("1s"), { want: 1000 });
own.works("module loaded by await import", async () => { const lib = await import("./user/divisor.js"); return () => lib.greatestCommonDivisor(12, 18); }, { want: 6 });
own.refused("import.meta", "import.meta", () => () => import.meta.url);
own.refused("import.meta in a callee", "here", () => { const here = () => import.meta.url; return () => here(); });
own.either("require function captured", "load", () => () => load("./user/legacy.cjs").bonus);
npm.works("namespace of a big package", () => () => acorn.parse("a + 1", { ecmaVersion: 2022 }).body.length, { want: 1 });
own.works("default export that is assigned", () => () => { swapMode(); return mode(); }, { want: "swapped" });
