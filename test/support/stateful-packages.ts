/** Small packages that keep state, one for each kind of place that it can be in. */
import { type Files, newProject, packageFiles } from "./package-projects.js";

const ESM = { type: "module", exports: { ".": "./index.js" } };

/** In a variable of its module. */
const variable = `let digits = 2;
exports.setDigits = (n) => { digits = n; };
exports.configure = exports.setDigits;
exports.show = (x) => x.toFixed(digits);
exports.quiet = (x) => x * 2;`;

/** In one variable of so many that the engine lists them in another order in each process. */
const names = Array.from({ length: 120 }, (_, at) => `v${at}`);
const manyVariables = (exported: (name: string, text: string) => string) => `let level = 1;
${names.map((name) => `let ${name} = 0;`).join("\n")}
${exported("setLevel", "(n) => { level = n; }")}
${exported("sum", `() => level + ${names.join(" + ")}`)}`;
const manyInModule = manyVariables((name, text) => `export const ${name} = ${text};`);
const manyInCommonJs = manyVariables((name, text) => `exports.${name} = ${text};`);

/** In members of what it exports, and in a registry within. */
const members = `export const settings = { level: 1, tags: new Map() };
export class Shape { describe() { return "shape"; } static extend(plugin) { plugin(Shape); } }
export default { settings, name: () => "level " + settings.level + " " + [...settings.tags.keys()] };`;

/** In an object that only bound methods lead to. */
const bound = `class Engine { auto = true; setAuto(on) { this.auto = on; } run() { return this.auto ? "auto" : "by hand"; } }
const engine = new Engine();
export const setAuto = engine.setAuto.bind(engine);
export const run = engine.run.bind(engine);`;

/** In a global variable. */
const global = `exports.note = (x) => { (globalThis.__noted_in_toy ??= []).push(x); };
exports.noted = () => (globalThis.__noted_in_toy ?? []).length;`;

/** In a global variable that the program makes; read when it is loaded, and when it is called. */
const globalReader = `const first = globalThis.__level_of_toy ?? 0;
exports.levels = () => [first, globalThis.__level_of_toy ?? 0];`;

/** In times that are settings. */
const times = `let epoch = 1_420_070_400_000, timeout = 2.5;
exports.setTimes = (e, t) => { epoch = e; timeout = t; };
exports.since = () => epoch; exports.wait = () => timeout;`;

/** In another package, which it needs. */
const outer = `const { show } = require("variable-pack"); exports.price = (x) => show(x) + " EUR";`;

/** In another package, which it changes when it is loaded, or told to. */
const patch = `import { Shape } from "members-pack"; Shape.prototype.area = () => 7;`;
const installer = `export function install(shape) { shape.prototype.volume = () => 8; }`;

/** In caches, which fill up by use. */
const cache = `const timeOrigin = performance.now(), loaded = Date.now(); export const age = () => [performance.now() > timeOrigin, Date.now() >= loaded];
const cache = new Map(); let calls = 0;
export const twice = (x) => { calls++; if (!cache.has(x)) cache.set(x, x * 2); return cache.get(x); };`;

/** In variables that closures share with its exports. */
const counter = `const state = { count: 0 }; let n = 0; const STEPS = { one: 1 };
export const make = () => ({ inc() { state.count += STEPS.one; n++; } });
export const total = () => [state.count, n];
export const steps = () => () => STEPS.one;`;

/** In a pool of values that are compared by identity. */
const pool = `const pool = new Map();
export class Name { constructor(text) { this.text = text; } static of(text) { if (!pool.has(text)) pool.set(text, new Name(text)); return pool.get(text); } }`;

/** The same, in a private field. */
const privatePool = `export class Name { static #pool = new Map(); constructor(text) { this.text = text; }
  static of(text) { if (!Name.#pool.has(text)) Name.#pool.set(text, new Name(text)); return Name.#pool.get(text); } }`;

/** In an object that it compares by identity. */
const none = `const NONE = {};
export const none = () => NONE;
export const isNone = (x) => x === NONE;`;

/** In a table that it exports, and whose entries it compares by identity. */
const units = `export const UNITS = { m: { name: "metre", factor: { to: { m: 1 } } }, ft: { name: "foot", factor: { to: { m: 0.3048 } } } };
export class Length { constructor(value, unit) { this.value = value; this.unit = UNITS[unit]; }
  isMetric() { return this.unit === UNITS.m; } inMetres() { return this.value * this.unit.factor.to.m; } }
export const define = (name, m) => (UNITS[name] = { name, factor: { to: { m } } });
export const redefine = (name, m) => (UNITS[name].factor.to.m = m);`;

/** On a prototype that is filled when the first instance is made. */
const late = `let filled = false;
export class Text { constructor(text) { this.text = text; if (!filled) Object.assign(Text.prototype, { size() { return this.text.length; } }); filled = true; } }`;

/** Where only the inspector shows it, or a question of its own. */
const hidden = `export class Skin { static #color = "plain"; static paint(color) { Skin.#color = color; } get color() { return Skin.#color; } }
class Dial { #at = 0; turn(to) { this.#at = to; } read() { return this.#at; } }
export const dial = new Dial();
export const bytes = new Uint8Array(4);
export const read = () => bytes[1];
export const shape = { get area() { return 1; } };
export const limits = { most: 1 };
export const raise = (to) => { try { limits.most = to; } catch {} return limits.most; };
const level = (value) => ({ set(to) { value = to; }, get: () => value });
export const [first, second] = [level(1), level(1)];
const notes = new WeakMap([[Skin, "none"]]);
export const note = (text) => { notes.set(Skin, text); };
export const noted = () => notes.get(Skin);
const answers = { get: (target, key) => target[key] };
export const lens = new Proxy({ a: 1 }, answers);
export const answer = (get) => { answers.get = get; };`;

/** In a variable that it exports, under a name that counters have. */
const live = `export let count = 0; export const raise = () => { count++; };`;

export const STATEFUL: Files = {
  ...packageFiles("variable-pack", variable),
  ...packageFiles("many-variables-pack", manyInModule, ESM),
  ...packageFiles("many-variables-cjs-pack", manyInCommonJs),
  ...packageFiles("members-pack", members, ESM),
  ...packageFiles("private-pool-pack", privatePool, ESM),
  ...packageFiles("hidden-pack", hidden, ESM),
  ...packageFiles("live-pack", live, ESM),
  ...packageFiles("bound-pack", bound, ESM),
  ...packageFiles("global-pack", global),
  ...packageFiles("global-reader-pack", globalReader),
  ...packageFiles("times-pack", times),
  ...packageFiles("outer-pack", outer, { dependencies: { "variable-pack": "1.0.0" } }),
  ...packageFiles("patch-pack", patch, { ...ESM, dependencies: { "members-pack": "1.0.0" } }),
  ...packageFiles("installer-pack", installer, ESM),
  ...packageFiles("cache-pack", cache, ESM),
  ...packageFiles("counter-pack", counter, ESM),
  ...packageFiles("pool-pack", pool, ESM),
  ...packageFiles("none-pack", none, ESM),
  ...packageFiles("units-pack", units, ESM),
  ...packageFiles("late-pack", late, ESM),
  ...packageFiles("addon-pack", "module.exports = {};"),
  "node_modules/addon-pack/build/addon.node": "no machine code",
};

/** A project with all of them, and files of its own. */
export function statefulProject(files: Files): string {
  return newProject({ "package.json": '{"type":"module"}', ...STATEFUL, ...files });
}
