/**
 * Packages of random programs: each is made of a few pieces, one for each kind of place that a package keeps state in, or
 * of object that it makes. A program configures them, holds their objects, and uses them, also through a second package.
 */

/**
 * Code of a piece, the names that it exports, and how it is used, where `$` stands for any expression. `uses` have no
 * effect on the package that shows; `changes` have, and stand in statements of their own, as people write them. Code of
 * pieces ends whatever it is given, as it spends no fuel, and counts nothing under the names of counters, which are
 * known to go up by mere use.
 */
export const PIECES = [
  {
    // A variable of the module, live in its exports.
    code: `let total = 0; function raise(by) { total += typeof by === "number" ? by : 1; return total; } const current = () => total;`,
    exports: ["total", "raise", "current"],
    uses: ["current()", "total"],
    changes: ["raise($)", "raise(1)"],
  },
  {
    // A variable that holds any value.
    code: `let preset; const setPreset = (v) => { preset = v; }; function getPreset() { return preset === undefined ? "none" : preset; }`,
    exports: ["setPreset", "getPreset"],
    uses: ["getPreset()"],
    changes: ["setPreset($)"],
  },
  {
    // Members of an exported object, which the program changes with no function of the package.
    code: `const options = { a: 1, nested: { on: false, list: [1] } }; const shown = () => [options.a, options.nested.on, options.nested.list.length];`,
    exports: ["options", "shown"],
    uses: ["shown()"],
    changes: ["options.a = $", "options.nested.on = true", "options.nested.list.push(2)", "delete options.nested.on"],
  },
  {
    // A registry within.
    code: `const known = new Map([["base", () => "base"]]); const register = (name, v) => { known.set(String(name), v); }; const lookup = (name) => known.get(name) ?? "unknown";`,
    exports: ["register", "lookup"],
    uses: ["lookup('k')", "lookup('base')", "lookup($)"],
    changes: ["register('k', $)", "register('base', $)"],
  },
  {
    // A private field.
    code: `class Box { #v; constructor(v) { this.#v = v; } get v() { return this.#v; } put(v) { this.#v = v; return this; } static is(o) { return typeof o === "object" && o !== null && #v in o; } }`,
    exports: ["Box"],
    classes: ["Box"],
    uses: ["new Box($)", "new Box($).v", "Box.is($)", "new Box(1).put($)"],
    changes: ["Box.prototype.extra = $", "Box.is = () => $"],
  },
  {
    // A static private field.
    code: `class Skin { static #color = "plain"; static paint(v) { Skin.#color = v; } get color() { return Skin.#color; } }`,
    exports: ["Skin"],
    classes: ["Skin"],
    uses: ["new Skin()", "new Skin().color"],
    changes: ["Skin.paint($)"],
  },
  {
    // An object that stands for nothing, told by identity, and not exported.
    code: `const NOT_SET = {}; class Slots { constructor() { this.slots = [NOT_SET, NOT_SET]; } at(i) { const v = this.slots[i]; return v === NOT_SET ? "unset" : v; } fill(i, v) { this.slots[i] = v; return this; } } const blank = new Slots(); const emptied = (s) => { s.slots = [NOT_SET]; return s; };`,
    exports: ["Slots", "blank", "emptied"],
    classes: ["Slots"],
    uses: ["new Slots().at(0)", "new Slots().fill(0, $)", "blank.at(1)", "blank", "emptied(new Slots())"],
    changes: ["blank.fill(1, $)"],
  },
  {
    // A symbol of its own.
    code: `const brand = Symbol("brand"); const mark = (v) => ({ [brand]: true, of: v }); const isMarked = (o) => typeof o === "object" && o !== null && brand in o;`,
    exports: ["mark", "isMarked"],
    uses: ["mark($)", "isMarked($)", "isMarked(mark(1))"],
  },
  {
    // A WeakMap instead of private fields.
    code: `const inside = new WeakMap(); class Hidden { constructor(v) { inside.set(this, { v }); } get v() { return inside.get(this)?.v; } grow() { const own = inside.get(this); if (own) own.v = [own.v]; return this; } }`,
    exports: ["Hidden"],
    classes: ["Hidden"],
    uses: ["new Hidden($)", "new Hidden($).v", "new Hidden(2).grow()"],
  },
  {
    // Plugins on a prototype.
    code: `class Thing { constructor(v) { this.v = v; } a() { return "thing"; } } const extend = (name, v) => { Object.defineProperty(Thing.prototype, name, { value: v, writable: true, configurable: true }); }; const thing = (v) => new Thing(v);`,
    exports: ["Thing", "extend", "thing"],
    classes: ["Thing"],
    uses: ["thing($)", "thing(1).b", "thing(1).c", "Thing.preset"],
    changes: ["extend('b', $)", "Thing.prototype.c = $", "Thing.preset = $"],
  },
  {
    // A prototype that is filled when the first instance is made.
    code: `let filled = false; class Late { constructor(v) { this.v = v; if (!filled) Object.assign(Late.prototype, { size() { return [this.v].length; } }); filled = true; } }`,
    exports: ["Late"],
    classes: ["Late"],
    uses: ["new Late($)", "new Late(1).size()"],
  },
  {
    // A pool of values that are compared by identity.
    code: `const pool = new Map(); class Atom { constructor(text) { this.text = text; } } const atom = (v) => { const text = typeof v === "string" ? v : "other"; if (!pool.has(text)) pool.set(text, new Atom(text)); return pool.get(text); }; const same = (x, y) => x === y;`,
    exports: ["atom", "same"],
    uses: ["atom($)", "atom('k')", "same(atom('k'), $)"],
  },
  {
    // A cache, which fills up by use, and shows nothing of it.
    code: `const seen = new Map(); const squared = (x) => { const n = typeof x === "number" ? x : 3; if (!seen.has(n)) seen.set(n, n * n); return seen.get(n); };`,
    exports: ["squared"],
    uses: ["squared($)", "squared(4)"],
  },
  {
    // An emitter.
    imports: [["EventEmitter", "node:events"]],
    code: `class Bus extends EventEmitter { tell(v) { return this.emit("told", v) ? "heard" : "unheard"; } } const bus = new Bus(); const heard = [];`,
    exports: ["Bus", "bus", "heard"],
    uses: ["heard.length", "new Bus().tell(1)", "new Bus().on('told', () => $)", "bus.listenerCount('told')"],
    changes: ["bus.on('told', (v) => heard.push(v))", "bus.tell($)"],
  },
  {
    // A proxy that the package made.
    code: `const kept = { a: 1 }; const lens = new Proxy(kept, { get: (t, k) => (k in t ? t[k] : typeof k === "string" ? "no " + k : undefined), set: (t, k, v) => { t[k] = v; return true; } });`,
    exports: ["lens"],
    uses: ["lens.a", "lens.z"],
    changes: ["lens.z = $"],
  },
  {
    // A function with defaults as its members.
    code: `function scale(v) { return (typeof v === "number" ? v : 1) * scale.defaults.by; } scale.defaults = { by: 2 }; scale.create = (by) => { const own = (v) => (typeof v === "number" ? v : 1) * by; own.by = by; return own; };`,
    exports: ["scale"],
    uses: ["scale($)", "scale.create(5)", "scale.create($)"],
    changes: ["scale.defaults.by = 3", "scale.defaults = { by: $ }"],
  },
  {
    // Closures that share a variable with the exports.
    code: `let pace = 1; const walker = () => { let own = 0; return () => { own += pace; return own; }; }; const setPace = (v) => { pace = v; }; const paced = () => pace; const bound = paced.bind(null);`,
    exports: ["walker", "setPace", "paced", "bound"],
    uses: ["walker()", "walker()()", "paced()", "bound()"],
    changes: ["setPace($)"],
  },
  {
    // Classes that extend built-in ones.
    code: `class Bag extends Map { add(k) { this.set(k, (this.get(k) ?? 0) + 1); return this; } } class Row extends Array { sum() { return this.length; } } class Fault extends Error { constructor(v) { super("fault"); this.v = v; } }`,
    exports: ["Bag", "Row", "Fault"],
    classes: ["Bag", "Row", "Fault"],
    uses: ["new Bag().add($)", "new Row().concat([$])", "new Fault($)", "Row.of(1, 2).sum()"],
    changes: ["Row.prototype.sum = () => $"],
  },
  {
    // Accessors over a variable of a closure, and a frozen table.
    code: `const LEVELS = Object.freeze({ low: 1, high: 2 }); const logger = ((level) => ({ get level() { return level; }, set level(v) { level = v; }, isHigh: () => level === LEVELS.high }))(LEVELS.low);`,
    exports: ["LEVELS", "logger"],
    uses: ["logger.level", "logger.isHigh()", "LEVELS.high", "logger", "LEVELS"],
    changes: ["logger.level = LEVELS.high", "logger.level = $"],
  },
  {
    // Bytes and a date.
    code: `const bytes = new Uint8Array(4); const stamp = new Date(0); const made = () => [bytes[1], stamp.getTime()];`,
    exports: ["bytes", "stamp", "made"],
    uses: ["made()", "bytes[1]", "stamp.getTime()", "bytes"],
    changes: ["bytes[1] = 7", "stamp.setFullYear(1999)"],
  },
  {
    // Linked nodes with accessors, made by a factory.
    code: `class Node { constructor(v, up) { this.v = v; this.up = up; } get root() { return this.up ? this.up.root : this; } } const tree = (v) => new Node(v, new Node("top")); const fork = (n, v) => new Node(v, n instanceof Node ? n : undefined);`,
    exports: ["tree", "fork"],
    uses: ["tree($)", "tree($).root.v", "fork(tree(1), $)", "fork($, 1).v"],
  },
];

/** Pieces of a package, none twice. */
const piecesOf = ({ pieces }) => [...new Set(pieces.map((n) => PIECES[n % PIECES.length]))];

const exportsOf = (pack) => piecesOf(pack).flatMap((one) => one.exports);

/** Variables that a program gets from its package: whether each is a class, by its name. */
export function importsOf(pack) {
  const classes = new Set(piecesOf(pack).flatMap((one) => one.classes ?? []));
  const own = exportsOf(pack).map((name) => [name, classes.has(name)]);
  return pack.through ? [...own, ...exportsOf(pack).map((name) => [through(name), false])] : own;
}

/** A use of the package, with the text of an expression in the place of `$`. */
export const useOf = (pack, n, value) => pick(pack, "uses", n, value);

/** What changes the package; nothing where no piece of it can be changed. */
export const changeOf = (pack, n, value) => pick(pack, "changes", n, value);

function pick(pack, what, n, value) {
  const texts = piecesOf(pack).flatMap((one) => one[what] ?? []);
  return texts.length === 0 ? value : texts[n % texts.length].replaceAll("$", () => value);
}

export const loadText = (pack, form) => {
  const from = (name, names) => {
    const all = `{ ${names.join(", ")} }`;
    return form === "module" ? `import ${all} from "${name}";` : `const ${all} = require("${name}");`;
  };
  const second = pack.through ? from("second-pack", exportsOf(pack).map(through)) : "";
  return `${from("pack", exportsOf(pack))}\n${second}\n`;
};

/** Name in the second package of what uses an export of the first. */
const through = (name) => `by_${name}`;

/** Files of `node_modules`, by their paths in it. */
export function packageFilesOf(pack) {
  const body = piecesOf(pack)
    .map(({ imports = [], code }) => `${imports.map((one) => importText(pack, ...one)).join("\n")}\n${code}`)
    .join("\n");
  const first = filesOf("pack", pack, body, exportsOf(pack));
  return pack.through
    ? { ...first, ...filesOf("second-pack", pack, secondText(pack), exportsOf(pack).map(through)) }
    : first;
}

function filesOf(name, { form }, body, names) {
  const type = form === "esm" ? "module" : "commonjs";
  const exported =
    form === "esm" ? `export { ${names.join(", ")} };` : names.map((one) => `exports.${one} = ${one};`).join("\n");
  const manifest = { name, version: "1.0.0", type, exports: { ".": "./index.js" } };
  return { [`${name}/index.js`]: `${body}\n${exported}\n`, [`${name}/package.json`]: JSON.stringify(manifest) };
}

const importText = ({ form }, name, from) =>
  form === "esm" ? `import { ${name} } from "${from}";` : `const { ${name} } = require("${from}");`;

/** What uses each export of the first package as it is when it is called. */
function secondText(pack) {
  const load = pack.form === "esm" ? `import * as pack from "pack";` : `const pack = require("pack");`;
  const one = (name) =>
    `const ${through(name)} = (...all) => { const it = pack.${name}; return typeof it !== "function" ? it : /^class/.test(Function.prototype.toString.call(it)) ? new it(...all) : it(...all); };`;
  return [load, ...exportsOf(pack).map(one)].join("\n");
}
