/** Texts of functions of every form, in whose code `@` is put where something of the user's would run. */

const FIRST = [
  "@;",
  "return @;",
  "const v = @;",
  "let v = @;",
  "var v = @;",
  "let v; @;",
  "var a, v = @;",
  "const { v } = @;",
  "const { v = @ } = {};",
  "const { v = @ } = (@, {});",
  "const { [@]: v } = {};",
  "const [v = @] = iter;",
  "({ x: object.y = @ } = {});",
  "if (@) { let b = 1; keep(() => b); }",
  "while (@) { let b = 1; keep(() => b); break }",
  "do { let b = 1; keep(() => b) } while (@, false)",
  "for (let i = @; i < 1; i++) { keep(() => i) }",
  "for (let i, j = @; false;) { keep(() => i) }",
  "for (var i = @; i < 1; i++) { keep(() => i) }",
  "for (; @;) { break }",
  "for (@; ;) { break }",
  "for (;;) { @; break }",
  "for (;;) { switch (@) { default: let b; keep(() => b) } break }",
  "for (const i of [@]) { keep(() => i) }",
  "for (const i of iter) { keep(() => i) }",
  "for (const { i = @ } of iter) { keep(() => i) }",
  "for (const [i = @] of iter) { keep(() => i) }",
  "for (object.q of iter) { }",
  "for (const i in { a: @ }) { keep(() => i) }",
  "switch (@) { default: let b = 1; keep(() => b) }",
  "switch (@) { default: { let b = 1; keep(() => b) } }",
  "switch (1) { case @: let b = 1; keep(() => b) }",
  "switch (last(@)) { default: let b = 1; keep(() => [b, late]) } let late;",
  "keep(@); switch (@) { default: let b = 1; keep(() => b) }",
  "for (const i of [@]) { switch (i) { default: let b = 1; keep(() => b) } } let late; keep(() => late);",
  "try { @; let b = 1; keep(() => b) } catch {}",
  "try { switch (@) { default: let b = 1; keep(() => b) } } finally { }",
  "try {} finally { @; }",
  "{ let b = @; keep(() => b) }",
  "{ switch (@) { default: let b; keep(() => b) } }",
  "{ function q() { return q } @; keep(() => q) }",
  "a: { @; }",
  "a: for (;;) { @; break a }",
  "a: switch (@) { default: let b; keep(() => b) }",
  "throw @;",
  "debugger; @;",
  "; @;",
  '"use strict"; @;',
  "function h() {} switch (last(@)) { default: let b = 1; keep(() => [b, h]) }",
  "class K {} @; keep(() => K)",
  "class K {} switch (last(@)) { default: let b = 1; keep(() => [b, K]) }",
  "class K extends (@, Object) { m() { return K } }",
  "class K { [@]() { return K } }",
  "class K { static z = @; m() { return K } }",
  "class K { static { @; keep(() => K) } }",
  "class K { static #z = @; m() { return K } }",
  "{ class K { static z = @ } }",
  "(class extends (@, Object) {});",
  "class K { z = @ } new K;",
  "`$" + "{@}`;",
  "last`$" + "{@}`;",
  "object?.y?.(@);",
  "@ ? 1 : 2;",
  "[...[@]];",
  "(function () { return @ })();",
  "object.z = @;",
  "object.n += @;",
  "delete object[@];",
  "using: @;",
  "for (let i of [1]) switch (@) { default: let b; keep(() => b) }",
  "if (true) switch (@) { default: let b; keep(() => b) }",
  "",
];

const THEN = [
  "",
  "let c = 1; keep(() => c);",
  "keep(() => [this, p]);",
  "class Z {} keep(() => Z);",
  "function zz() {} keep(() => zz);",
  "var vv; keep(() => vv);",
  "keep(() => arguments);",
];

const CONCISE = [
  "@",
  "last(@)",
  "[1].map((x) => x + @)",
  "({ a: @ })",
  "`$" + "{@}`",
  "class { static z = @ }",
  "class extends (@, Object) { m() { return 1 } }",
  "@ ? keep(() => p) : 1",
  "object.z = @",
  "() => @",
  "(@, 1)",
  "object?.[@]",
  "p",
  "async () => @",
  "this",
  "[this, @]",
  "function () { return @ }",
];

const PARAMS = [
  "p",
  "p, q",
  "...p",
  "{ p, r }",
  "{ k: p, ...r }",
  "[p, , r]",
  "p = @",
  "{ p = @ }",
  "{ p } = (@, {})",
  "p, { r: { t = @ } }",
  "{ [@]: p }",
  "[p = @]",
  "p = () => @",
  "...[p = @]",
];

const KINDS: ((params: string, body: string) => string)[] = [
  (params, body) => `(${params}) => { ${body} }`,
  (params, body) => `function (${params}) { ${body} }`,
  (params, body) => `function named(${params}) { ${body} }`,
  (params, body) => `async (${params}) => { ${body} }`,
  (params, body) => `({ m(${params}) { ${body} } }).m`,
  (params, body) => `new (class { m(${params}) { ${body} } })().m`,
  (params, body) => `({ async m(${params}) { ${body} } }).m`,
  (params, body) => `(() => { "use strict"; return (${params}) => { ${body} } })()`,
  (params, body) => `(() => { let outer = 1; return (${params}) => { keep(() => outer); ${body} } })()`,
  (params, body) => `function* (${params}) { ${body} }`,
  (params, body) => `async function* (${params}) { ${body} }`,
  (params, body) => `({ *m(${params}) { ${body} } }).m`,
];

/** `++effects.n` has no place to stop of its own, as a call has. */
const EFFECTS = ["(++effects.n, 1)", "touch()"];

/** One in `every` of the functions, from a place that `seed` gives. */
export function* functionTexts(every: number, seed: number): Generator<string> {
  let number = seed % every;
  for (const text of allTexts()) if (number++ % every === 0) yield text;
}

function* allTexts(): Generator<string> {
  for (const effect of EFFECTS) {
    for (const params of PARAMS) {
      for (const body of CONCISE) yield `(${params}) => ${body}`.replaceAll("@", effect);
      for (const kind of KINDS)
        for (const first of FIRST)
          for (const then of THEN) yield kind(params, `${first} ${then}`).replaceAll("@", effect);
    }
  }
}
