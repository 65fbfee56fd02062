/** Source text of a program's tree. References are numbers, taken modulo the variables in scope. */

import { changeOf, importsOf, loadText, useOf } from "./packages.js";

/** Few names, so that scopes shadow each other; some look like what a generator of code would choose. */
const NAMES = ["a", "b", "c", "x", "y", "value", "__0", "$1", "ref", "scope", "λ", "of", "get", "async", "s_1", "set"];

/**
 * N makes a number of anything, C calls anything callable, M constructs anything constructible and G reads a member, as
 * long as there is fuel: every closure of a program shares that variable and changes it. Without it, a getter that reads
 * itself would go on to the end of the stack, which lies elsewhere in another process. None of them reads the clock, as
 * `Date` would (H), writes to built-in objects (B), which the programs of a batch share, or hands a class to built-in
 * code (K), which might make a text of it: the text of a rebuilt class is another.
 */
const PRELUDE = `let fuel = 150;
const N = (v) => (typeof v === "number" ? v : typeof v === "string" ? v.length : 1);
const H = (f) => typeof f === "function" && !/Date/.test(f.name);
const F = (f) => Function.prototype.toString.call(f);
const K = (v, depth = 3) => (typeof v === "function" ? /^class/.test(F(v)) : depth > 0 && Array.isArray(v) && v.some((one) => K(one, depth - 1)));
const C = (f, self, ...a) => (fuel-- > 0 && H(f) && !(K(a) && /\\[native code\\]/.test(F(f))) ? Reflect.apply(f, self, a) : "no call");
const M = (f, n = 1) => (fuel-- > 0 && typeof f === "function" ? Reflect.construct(f, [N(n)]) : "no class");
const G = (o, k) => (o === null || o === undefined ? "no object" : fuel-- > 0 ? o[k] : "no fuel");
const S = (v) => { try { return [...v].slice(0, 5); } catch { return "no iterator"; } };
const T = (strings, ...values) => [...strings.raw, ...values];
const B = (o) => Object.hasOwn(o, Symbol.toStringTag) || /\\[native code\\]|^class URL|^function Buffer/.test(Object.getOwnPropertyDescriptor(o, "constructor")?.value);
const W = (o, k, v) => { try { return typeof o === "object" && o !== null && k !== "__proto__" && !B(o) ? Reflect.set(o, k, v) : "no target"; } catch { return "no write"; } };
const Q = (f) => { try { return f(); } catch (e) { return [e?.name]; } };
`;

class Writer {
  #unique = 0;
  blocks = [new Map()];
  used = [new Set()];
  inGenerator = false;

  constructor(pack) {
    this.pack = pack;
    for (const [name, isClass] of pack ? importsOf(pack) : []) this.blocks[0].set(name, isClass ? "class" : "const");
  }

  fresh(stem) {
    return `${stem}${++this.#unique}`;
  }

  /** A name for a new variable of this block: one that the block neither has nor used from outside. */
  declare(n, kind) {
    const short = NAMES[n % NAMES.length];
    const taken = this.blocks.at(-1).has(short) || this.used.at(-1).has(short) || kind === "var" || kind === "fn";
    const name = taken ? this.fresh("v") : short;
    this.blocks.at(-1).set(name, kind);
    return name;
  }

  visible(allowed = () => true) {
    const found = new Map();
    for (const block of this.blocks) for (const [name, kind] of block) found.set(name, kind);
    return [...found].filter(([, kind]) => allowed(kind)).map(([name]) => name);
  }

  use(n, allowed) {
    const names = this.visible(allowed);
    if (names.length === 0) return undefined;
    const name = names[n % names.length];
    for (const set of this.used) set.add(name);
    return name;
  }

  within(render) {
    this.blocks.push(new Map());
    this.used.push(new Set());
    const text = render();
    this.blocks.pop();
    this.used.pop();
    return text;
  }
}

export function renderProgram({ form, outer, inner, shipped, extra, cls, makers, pack }) {
  const w = new Writer(pack);
  const top = statements(outer, w);
  const body = w.within(() => {
    const lines = statements(inner, w);
    const made = `const Made = ${expression(cls, w)};`;
    w.blocks.at(-1).set("Made", "const");
    const all = w.visible().slice(-8).join(", ");
    const held = makers.map((one) => `Q(() => C(${namedText(one, w)}, undefined, 1)[0])`).join(", ");
    const extras = extra.map((e) => `Q(() => ${expression(e, w)})`).join(", ");
    const main = `const main = ${expression(shipped, w)};`;
    const results = `Q(() => C(main, { a: input }, input)), held.map((one) => Q(() => C(one)))`;
    return `${lines}\n${made}\n${main}\nconst held = [${held}];\nreturn (input) => [${results}, ${extras}, [${all}], fuel];`;
  });
  const strict = form === "script" ? '"use strict";\n' : "";
  const make = form === "module" ? "export const make =" : "return";
  const load = pack ? loadText(pack, form) : "";
  return `${strict}${load}${PRELUDE}${top}\n${make} () => {\n${body}\n};\n`;
}

const statements = (list, w) => list.map((one) => renderers[one.type](one, w)).join("\n");
const expression = (one, w) => renderers[one.type](one, w);
const list = (items, w) => items.map((one) => expression(one, w)).join(", ");
const block = (body, w) => w.within(() => `{ ${statements(body, w)} }`);
const property = (key) => JSON.stringify(key);

function signature(params, w) {
  const rest = params.findIndex(({ form }) => form === "rest");
  const kept = rest < 0 ? params : params.slice(0, rest + 1);
  return kept.map((one) => parameter(one, w)).join(", ");
}

function parameter({ form, n, value }, w) {
  const initial = form === "plain" || form === "rest" ? "" : expression(value, w);
  const name = w.declare(n, "let");
  if (form === "rest") return `...${name}`;
  if (form === "default") return `${name} = ${initial}`;
  if (form === "object") return `{ a: ${name} = ${initial} } = {}`;
  return form === "array" ? `[${name} = ${initial}] = []` : name;
}

/** Parameters and body, which share a block: a `let` can't have a parameter's name. `yields` in generators. */
function parts({ params, body, result }, w, { yields = false, noParams = false, also = "" } = {}) {
  return w.within(() => {
    const head = noParams ? "" : signature(params, w);
    const text = statements(body, w);
    const last = also ? `[${also}, ${expression(result, w)}]` : expression(result, w);
    return [head, `{ ${text} ${yields ? `yield ${expression(result, w)}; ` : ""}return ${last}; }`];
  });
}

/** `super` and a bare `arguments` mean nothing outside of functions that have them; arrows take what is around. */
function functionText(spec, w) {
  const { form } = spec;
  if (form === "named") return namedText(spec, w);
  const [head, body] = parts(spec, w, { yields: form === "generator", noParams: form === "getter" });
  if (form === "arrow") return `((${head}) => ${body})`;
  if (form === "asyncArrow") return `(async (${head}) => ${body})`;
  if (form === "method") return `({ m(${head}) ${body} }).m`;
  if (form === "getter") return `Object.getOwnPropertyDescriptor({ get g() ${body} }, "g").get`;
  const star = form === "generator" ? "*" : "";
  return `(${form === "async" ? "async " : ""}function${star} (${head}) ${body})`;
}

/** A name that the code inside sees, in place of a variable around that has it too; a call gives a closure over it. */
function namedText(spec, w) {
  return w.within(() => {
    const name = w.declare(spec.n, "name");
    const [head, body] = parts(spec, w, { also: `() => [typeof ${name}, G(${name}, "name")]` });
    return `(function ${name}(${head}) ${body})`;
  });
}

function memberText({ key, computed, kind, n, value, fn }, w) {
  const name = computed ? `[${property(key)}]` : property(key);
  if (kind === "short") return w.use(n) ?? `${name}: 0`;
  if (kind === "spread") return `...Q(() => ${expression(value, w)})`;
  if (kind === "symbol") return `[Symbol.for(${property(key)})]: ${expression(value, w)}`;
  if (kind === "value") return `${name}: ${expression(value, w)}`;
  if (kind === "getter") return `get ${name}() ${parts(fn, w, { noParams: true })[1]}`;
  if (kind === "setter") return `set ${name}(${w.fresh("given")}) ${parts(fn, w, { noParams: true })[1]}`;
  const [head, body] = parts(fn, w);
  return `${name}(${head}) ${body}`;
}

function fieldText({ form, key, value }, w, i) {
  const text = () => w.within(() => expression(value, w));
  if (form === "private")
    return `#p${i} = ${text()}; get p${i}() { return this.#p${i}; } set p${i}(v) { this.#p${i} = v; }`;
  if (form === "staticPrivate") return `static #q${i} = ${text()}; static q${i}() { return this.#q${i}; }`;
  if (form === "static") return `static f${i} = ${text()};`;
  if (form === "arrow") return `f${i} = () => [this?.constructor?.name, ${text()}];`;
  if (form === "block") return `static { Q(() => ${text()}); }`;
  return `${key === "__proto__" ? '["__proto__"]' : property(key)} = ${text()};`;
}

function methodText({ form, key, fn }, w) {
  const [head, body] = parts(fn, w, { yields: form === "generator", noParams: form === "getter" });
  const name = property(key);
  if (form === "getter") return `get ${name}() ${body}`;
  if (form === "super") return `${name}() { return [typeof super.toString, G(super.constructor, "name")]; }`;
  if (form === "static") return `static ${name}(${head}) ${body}`;
  return `${form === "async" ? "async " : form === "generator" ? "*" : ""}${name}(${head}) ${body}`;
}

function classText({ parent, base, fields, methods, named }, w, name = named ? w.fresh("Named") : "") {
  const above = parent === null ? undefined : w.use(parent, (kind) => kind === "class");
  const inner = w.within(() => {
    const members = [...fields.map((one, i) => fieldText(one, w, i)), ...methods.map((one) => methodText(one, w))];
    return members.join(" ");
  });
  const heritage = above ?? base;
  return `class ${name} ${heritage ? `extends ${heritage} ` : ""}{ ${inner} }`;
}

function assignText({ n, op, value }, w) {
  const name = w.use(n, (kind) => kind === "let" || kind === "var");
  const text = expression(value, w);
  if (!name) return text;
  if (op === "++") return `(${name} = N(${name}) + 1)`;
  if (op === "+=") return `(${name} = N(${name}) + N(${text}))`;
  if (op === "[=]") return `([${name} = 0] = S(${text}))`;
  if (op === "{=}") return `({ a: ${name} = 1 } = Object(${text}))`;
  return `(${name} ${op} ${text})`;
}

function loopText({ form, n, times, body, push }, w) {
  const all = w.fresh("all");
  w.blocks.at(-1).set(all, "const");
  const loop = w.within(() => {
    const name = w.declare(n, form === "var" ? "var" : "let");
    const inside = w.within(() => `{ ${statements(body, w)} ${all}.push(() => ${expression(push, w)}); }`);
    const keyword = form === "var" ? "var" : "let";
    if (form === "of") return `for (const ${name} of [{ i: 1 }, "two"].slice(0, ${times})) ${constant(inside)}`;
    if (form === "in") return `for (let ${name} in { k0: 1, k1: 2 }) ${inside}`;
    if (form === "while")
      return `{ let ${name} = ${times}; while (N(${name}) > 0) { ${name} = N(${name}) - 1; if (fuel-- < 0) break; ${inside} } }`;
    return `for (${keyword} ${name} = 0; N(${name}) < ${times}; ${name} = N(${name}) + 1) { if (fuel-- < 0) break; ${inside} }`;
  });
  return `const ${all} = [];\n${loop}`;
}

/** A loop's variable may be assigned in its body, which a const forbids: the error is as good as any other. */
const constant = (text) => `{ try ${text} catch {} }`;

const renderers = {
  literal: ({ text }) => (text === "{}" ? "({})" : text),
  variable: ({ n }, w) => w.use(n) ?? "0",
  sum: ({ left, right }, w) => `(N(${expression(left, w)}) + N(${expression(right, w)}))`,
  assign: assignText,
  array: ({ items, spread }, w) =>
    `[${list(items, w)}${spread && items.length ? `, ...S(${expression(items[0], w)})` : ""}]`,
  object: ({ members, seal }, w) => {
    const text = `{ ${members.map((one) => memberText(one, w)).join(", ")} }`;
    return seal ? `Object.${seal}(${text})` : `(${text})`;
  },
  member: ({ of, key }, w) => `G(${expression(of, w)}, ${property(key)})`,
  write: ({ n, key, value }, w) => `W(${w.use(n) ?? "{}"}, ${property(key)}, ${expression(value, w)})`,
  call: ({ callee, args }, w) =>
    `C(${[expression(callee, w), "undefined", ...args.map((one) => expression(one, w))].join(", ")})`,
  method: ({ of, key, args }, w) => {
    const name = w.fresh("self");
    const given = args.map((one) => `, ${expression(one, w)}`).join("");
    return `((${name}) => C(G(${name}, ${property(key)}), ${name}${given}))(${expression(of, w)})`;
  },
  construct: ({ callee, args }, w) => `M(${[callee, ...args].map((one) => expression(one, w)).join(", ")})`,
  choose: ({ test, yes, no }, w) => `(${expression(test, w)} ? ${expression(yes, w)} : ${expression(no, w)})`,
  template: ({ parts: inside, tagged }, w) =>
    `${tagged ? "T" : ""}\`}\\n${inside.map((one) => `\${${tagged ? "" : "N"}(${expression(one, w)})}{`).join("")}\``,
  bind: ({ callee, self, args }, w) =>
    `Q(() => (${expression(callee, w)}).bind(${[self, ...args].map((one) => expression(one, w)).join(", ")}))`,
  spread: ({ of }, w) => `S(${expression(of, w)})`,
  this: ({ key }) => `G(typeof this === "object" && this !== globalThis ? this : null, ${property(key)})`,
  arguments: () => `((...all) => all.length)(1)`,
  proxy: ({ of, get }, w) =>
    `new Proxy(Object(${expression(of, w)}), { get: (t, k) => (k === "a" ? C(${expression(get, w)}, undefined, 1) : t[k]) })`,
  fn: (spec, w) => {
    const text = functionText(spec, w);
    if (spec.props.length === 0) return text;
    const given = spec.props.filter(({ key }) => key !== "length" && key !== "__proto__" && key !== "then");
    return `Object.assign(${text}, { ${given.map(({ key, value }) => `${property(key)}: ${expression(value, w)}`).join(", ")} })`;
  },
  use: ({ n, value }, w) => {
    const text = expression(value, w);
    return w.pack ? `Q(() => ${useOf(w.pack, n, text)})` : text;
  },
  configure: ({ n, value }, w) => {
    const text = expression(value, w);
    return w.pack ? `try { ${changeOf(w.pack, n, `(${text})`)}; } catch {}` : `Q(() => ${text});`;
  },
  cls: (spec, w) => `(${classText(spec, w)})`,
  declare: ({ kind, n, value }, w) => {
    const text = `Q(() => ${expression(value, w)})`;
    return `${kind} ${w.declare(n, kind)} = ${text};`;
  },
  destructure: ({ n, form, value }, w) => {
    const text = `Object(Q(() => ${expression(value, w)}))`;
    const [first, second] = [w.declare(n, "let"), w.declare(n + 1, "let")];
    return form === "object"
      ? `let { a: ${first} = 1, ...${second} } = ${text};`
      : `let [${first} = 1, ...${second}] = Object(S(${text}));`;
  },
  take: ({ of, n, key, value }, w) => {
    const from = w.use(of) ?? "{}";
    const text = expression(value, w);
    const name = w.declare(n, "let");
    return `let ${name}; Q(() => { if (fuel-- > 0) ({ ${property(key)}: ${name} = ${text} } = ${from}); });`;
  },
  run: ({ value }, w) => `Q(() => ${expression(value, w)});`,
  declareFn: ({ n, fn }, w) => {
    const name = w.declare(n, "fn");
    const form = fn.form === "generator" ? "*" : "";
    const [head, body] = parts(fn, w, { yields: form === "*" });
    return `${fn.form.startsWith("async") ? "async " : ""}function${form} ${name}(${head}) ${body}`;
  },
  declareClass: ({ cls }, w) => {
    const name = w.fresh("Class");
    const text = classText(cls, w, name);
    w.blocks.at(-1).set(name, "class");
    return text;
  },
  if: ({ test, yes, no }, w) => `if (Q(() => ${expression(test, w)})) ${block(yes, w)} else ${block(no, w)}`,
  for: loopText,
  try: ({ body, n, thrown, caught }, w) => {
    const attempt = w.within(() => `{ ${statements(body, w)} throw ${expression(thrown, w)}; }`);
    const handler = w.within(() => {
      const name = w.declare(n, "let");
      return `catch (${name}) { ${statements(caught, w)} }`;
    });
    return `try ${attempt} ${handler}`;
  },
  block: ({ body }, w) => block(body, w),
  switch: ({ test, n, value, body }, w) => {
    const head = expression(test, w);
    const inside = w.within(() => {
      const text = expression(value, w);
      const name = w.declare(n, "let");
      return `default: let ${name} = Q(() => ${text}); ${statements(body, w)}`;
    });
    return `switch (Q(() => ${head})) { ${inside} }`;
  },
};
