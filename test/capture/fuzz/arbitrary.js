/** Random programs as trees, so that fast-check can shrink them; render.js turns one into source text. */
import fc from "fast-check";

const nat = fc.nat({ max: 30 });
const key = fc.constantFrom("a", "b", "c", "get", "then", "length", "__proto__", "0", "a b");

/** Source text of values that stand for themselves. */
const literal = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -9, max: 99 }).map(String) },
  {
    weight: 3,
    arbitrary: fc
      .string({ unit: fc.constantFrom("a", "`", "$", "{", "}", "\\", "\n", "é", "\u2028", "\ud83d"), maxLength: 3 })
      .map((s) => JSON.stringify(s)),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...["-0", "NaN", "undefined", "null", "true", "Infinity", "12345678901234567890n", "''", '"\\ud800"', "`}`"],
      ...[
        "Symbol.iterator",
        'Symbol.for("r")',
        'Symbol("u")',
        "/[}\\/]'/gi",
        "new Date(5)",
        "Math",
        "[,1,,]",
        "[]",
        "{}",
      ],
      ...[
        "new Map([[NaN, {}], ['k', [1]]])",
        "new Set([1, -0, 'x'])",
        "new Uint8Array([1, 2, 3])",
        "Object.freeze({ f: [1] })",
      ],
      ...[
        "Object.create(null)",
        "new Error('e', { cause: [1] })",
        "new Float64Array([NaN, -0])",
        "Object('boxed')",
        "Array.prototype.map",
      ],
      ...[
        "Object.create({ inherited: 1 }, { hidden: { value: 2 } })",
        "new URL('http://h/p?q=1')",
        "Buffer.from('buf')",
      ],
    ),
  },
);

const { expression, statement, fn, cls } = fc.letrec((tie) => {
  const deep = { maxDepth: 4, depthSize: "small", withCrossShrink: true };
  const some = (arbitrary, max = 3) => fc.array(arbitrary, { maxLength: max });
  const e = tie("expression");
  const node = (type, fields = {}) => fc.record({ type: fc.constant(type), ...fields });
  return {
    expression: fc.oneof(
      deep,
      { weight: 3, arbitrary: node("literal", { text: literal }) },
      { weight: 9, arbitrary: node("variable", { n: nat }) },
      { weight: 2, arbitrary: node("sum", { left: e, right: e }) },
      {
        weight: 2,
        arbitrary: node("assign", { n: nat, op: fc.constantFrom("=", "+=", "++", "??=", "[=]", "{=}"), value: e }),
      },
      { weight: 2, arbitrary: node("array", { items: some(e), spread: fc.boolean() }) },
      { weight: 3, arbitrary: tie("object") },
      { weight: 3, arbitrary: node("member", { of: e, key }) },
      { weight: 1, arbitrary: node("write", { n: nat, key, value: e }) },
      { weight: 4, arbitrary: node("call", { callee: e, args: some(e, 2) }) },
      { weight: 2, arbitrary: node("method", { of: e, key, args: some(e, 2) }) },
      { weight: 2, arbitrary: node("construct", { callee: e, args: some(e, 2) }) },
      { weight: 1, arbitrary: node("choose", { test: e, yes: e, no: e }) },
      { weight: 1, arbitrary: node("template", { parts: some(e, 2), tagged: fc.boolean() }) },
      { weight: 1, arbitrary: node("bind", { callee: e, self: e, args: some(e, 1) }) },
      { weight: 1, arbitrary: node("spread", { of: e }) },
      { weight: 2, arbitrary: node("this", { key }) },
      { weight: 1, arbitrary: node("arguments") },
      { weight: 1, arbitrary: node("proxy", { of: e, get: tie("fn") }) },
      { weight: 4, arbitrary: tie("fn") },
      { weight: 1, arbitrary: tie("cls") },
      { weight: 6, arbitrary: node("use", { n: fc.nat({ max: 99 }), value: e }) },
    ),
    object: node("object", {
      members: some(
        fc.record({
          key,
          computed: fc.boolean(),
          kind: fc.constantFrom("value", "short", "method", "getter", "setter", "spread", "symbol"),
          n: nat,
          value: e,
          fn: tie("fn"),
        }),
      ),
      seal: fc.constantFrom("", "", "", "freeze", "seal", "preventExtensions"),
    }),
    fn: node("fn", {
      n: nat,
      form: fc.constantFrom(
        "arrow",
        "arrow",
        "arrow",
        "function",
        "named",
        "named",
        "method",
        "getter",
        "generator",
        "async",
        "asyncArrow",
      ),
      params: some(
        fc.record({ form: fc.constantFrom("plain", "default", "object", "array", "rest"), n: nat, value: e }),
        2,
      ),
      body: some(tie("statement"), 3),
      result: e,
      props: some(fc.record({ key, value: e }), 1),
    }),
    cls: node("cls", {
      parent: fc.option(nat, { nil: null }),
      base: fc.constantFrom("", "", "", "Map", "Array", "Error", "Date"),
      fields: some(
        fc.record({
          form: fc.constantFrom("public", "private", "static", "staticPrivate", "arrow", "block"),
          key,
          value: e,
        }),
        2,
      ),
      methods: some(
        fc.record({
          form: fc.constantFrom("method", "getter", "static", "generator", "async", "super"),
          key,
          fn: tie("fn"),
        }),
        2,
      ),
      named: fc.boolean(),
    }),
    statement: fc.oneof(
      deep,
      {
        weight: 5,
        arbitrary: node("declare", { kind: fc.constantFrom("let", "let", "const", "var"), n: nat, value: e }),
      },
      { weight: 1, arbitrary: node("destructure", { n: nat, form: fc.constantFrom("object", "array"), value: e }) },
      { weight: 1, arbitrary: node("take", { of: nat, n: nat, key, value: e }) },
      { weight: 3, arbitrary: node("run", { value: e }) },
      { weight: 3, arbitrary: node("configure", { n: fc.nat({ max: 99 }), value: e }) },
      { weight: 2, arbitrary: node("declareFn", { n: nat, fn: tie("fn") }) },
      { weight: 2, arbitrary: node("declareClass", { n: nat, cls: tie("cls") }) },
      { weight: 1, arbitrary: node("if", { test: e, yes: some(tie("statement"), 2), no: some(tie("statement"), 2) }) },
      {
        weight: 2,
        arbitrary: node("for", {
          form: fc.constantFrom("let", "var", "of", "in", "while"),
          n: nat,
          times: fc.integer({ min: 1, max: 3 }),
          body: some(tie("statement"), 2),
          push: e,
        }),
      },
      {
        weight: 1,
        arbitrary: node("try", {
          body: some(tie("statement"), 2),
          n: nat,
          thrown: e,
          caught: some(tie("statement"), 2),
        }),
      },
      { weight: 1, arbitrary: node("block", { body: some(tie("statement"), 3) }) },
      { weight: 1, arbitrary: node("switch", { test: e, n: nat, value: e, body: some(tie("statement"), 2) }) },
    ),
  };
});

/** A package of some pieces; `through` makes a second one, which uses the first. */
const pack = fc.record({
  form: fc.constantFrom("esm", "cjs"),
  pieces: fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 3 }),
  through: fc.boolean(),
});

/** `outer` is the file's top level, `inner` the body of the function that makes the closure, `makers` make others. */
export const program = fc.record({
  form: fc.constantFrom("module", "script", "sloppy"),
  outer: fc.array(statement, { maxLength: 4 }),
  inner: fc.array(statement, { maxLength: 4 }),
  shipped: fn,
  extra: fc.array(expression, { minLength: 1, maxLength: 4 }),
  cls,
  makers: fc.array(fn, { maxLength: 2 }),
  pack: fc.option(pack, { nil: null }),
});
