import { computedKey } from "../graph/natural-name.js";
import type { ClassInfo, FunctionInfo, InnerArrow } from "../graph/node.js";
import type { ClassParts } from "../source/class-parts.js";
import { type ClassElementNode, type KeyNode, privateName, type SyntaxNode, textOfKey } from "../source/estree.js";
import { indexOutsideComments } from "../source/place.js";
import type { Edit, Piece } from "./edit.js";
import { applyEdits, blank } from "./edit.js";
import { stampEdits } from "./stamp-edits.js";

export interface EditNames {
  index: string;
  set: string;
  inner: string;
  importer: string;
  args: string;
  x: string;
}

/** Changes to a function's text: dynamic imports go through the worker's resolver, computed keys become fixed ones. */
export function functionEdits(info: FunctionInfo, names: EditNames, stripName: boolean): Edit[] {
  const { source, args } = info;
  const { outerArguments } = source.analysis;
  const edits = importEdits(info, names);
  for (const { start, end, shorthand } of args === undefined ? [] : outerArguments) {
    edits.push({ start, end, text: shorthand ? `arguments: ${names.args}` : names.args });
  }
  const { element, node } = source.parsed;
  if (element?.computed) {
    const key = JSON.stringify(computedKey(info.name ?? "", element.kind) ?? "method");
    const start = indexOutsideComments(source.text, "[", element.start);
    const end = indexOutsideComments(source.text, "]", element.key.end) + 1;
    edits.push({ start, end, text: `[${key}]` });
  } else if (element?.key.type === "PrivateIdentifier") {
    edits.push({ ...spanOf(element.key), text: `[${JSON.stringify(textOfKey(element.key))}]` });
  }
  if (stripName && node.id) edits.push(blank(source.text, node.id));
  return edits;
}

/** Where Vite has named a package's file in its own way, the worker is told the file. */
function importEdits({ source, importedFiles }: FunctionInfo, { importer }: EditNames): Edit[] {
  return source.analysis.imports.flatMap((one, index) => {
    const file = importedFiles[index];
    const word = { start: one.start, end: one.end, text: importer };
    return file && one.viteLiteral ? [word, { ...one.viteLiteral, text: JSON.stringify(file) }] : [word];
  });
}

/** Changes to a class's text; see `rebuild/privates.ts` for how the hooks are used. `x` is the name of the hooks. */
export function classEdits(info: FunctionInfo, names: EditNames): Edit[] {
  const { source } = info;
  const parts = source.parts as ClassParts;
  const classInfo = info.classInfo as ClassInfo;
  const edits = functionEdits(info, names, false);
  if (parts.heritage) edits.push({ ...spanOf(parts.heritage), text: `(${names.x}.heritage)` });
  for (const [index, start] of [...classInfo.keys.keys()].entries())
    edits.push(keyEdit(parts, start, `${names.x}.keys[${index}]`));
  for (const one of parts.statics) edits.push(staticEdit(source.text, one));
  if (classInfo.stamped) edits.push(...stampEdits(parts, names.x));
  if (needsHooks(info))
    edits.push({
      start: parts.node.end - 1,
      end: parts.node.end - 1,
      text: hookText(parts, names.x) + readText(classInfo, names.x),
    });
  for (const isStatic of [false, true]) {
    const pieces = innerPieces(info, names, isStatic);
    if (pieces.length > 0) edits.push({ start: parts.node.end - 1, end: parts.node.end - 1, text: "", pieces });
  }
  return edits;
}

/**
 * Arrows that need to stand in the class: in a method that makes them, by their number, for the `this` that it is called
 * with. The method is taken away from the class as soon as the class is there.
 */
function innerPieces(info: FunctionInfo, names: EditNames, isStatic: boolean): Piece[] {
  const end = (info.source.parts as ClassParts).node.end - 1;
  const { index, inner, x } = names;
  const arrows = [...(info.classInfo as ClassInfo).inner.entries()].filter(([, one]) => one.isStatic === isStatic);
  if (arrows.length === 0) return [];
  const [modifier, holder, hook] = isStatic ? ["static ", "this", "innerStatic"] : ["", "this.prototype", "inner"];
  const taken = `static{${x}.${hook}=${holder}.${inner};delete ${holder}.${inner};}`;
  return [
    { text: `;${modifier}${inner}(${index}){switch(${index}){`, offset: end },
    ...arrows.flatMap(([at, one]) => arrowPieces(at, one, names)),
    { text: `}}${taken}`, offset: end },
  ];
}

function arrowPieces(at: number, { info, offset, passed }: InnerArrow, names: EditNames): Piece[] {
  const name = JSON.stringify(info.name ?? "");
  const pieces = applyEdits(info.source.text, functionEdits(info, names, false));
  return [
    { text: `case ${at}:{${passing([...passed], names)}return({[${name}]:`, offset },
    ...pieces.map((piece) => ({ text: piece.text, offset: piece.offset + offset })),
    { text: `})[${name}];}`, offset: offset + info.source.text.length },
  ];
}

function passing(variables: readonly string[], { x, set }: EditNames): string {
  if (variables.length === 0) return "";
  const values = variables.map((name, at) => `${name}=${set}[${at}];`);
  return `let ${variables.join(",")};${x}.pass=(${set})=>{${values.join("")}};`;
}

function spanOf({ start, end }: SyntaxNode): { start: number; end: number } {
  return { start, end };
}

function keyEdit(parts: ClassParts, start: number, text: string): Edit {
  const keys = [...parts.computedFields, ...parts.methods.map(({ node }) => node)].map(({ key }) => key);
  return { ...spanOf(keys.find((key) => key.start === start) as KeyNode), text };
}

/**
 * A semicolon stays, so that what stands before is not read on in what comes after. Private static fields stay declared;
 * their values are set through the hooks.
 */
function staticEdit(text: string, element: ClassElementNode): Edit {
  const edit = blank(text, element);
  const name = privateName(element);
  const left = name === undefined ? ";" : `;static #${name};`;
  return { ...edit, text: left + edit.text.slice(Math.min(left.length, edit.text.search(/[\n\r\u2028\u2029]|$/))) };
}

function needsHooks(info: FunctionInfo): boolean {
  const { stamped = false, staticPrivates = [], handedOut } = info.classInfo ?? {};
  return stamped || staticPrivates.length > 0 || Boolean(handedOut?.size);
}

function hookText(parts: ClassParts, x: string): string {
  const all = [...new Set([...parts.privateFields, ...parts.staticPrivateFields])];
  const cases = all.map((name) => `case ${JSON.stringify(name)}: o.#${name} = v; return;`).join(" ");
  return `;static { ${x}.set = (o, n, v) => { switch (n) { ${cases} } }; }`;
}

function readText({ handedOut }: ClassInfo, x: string): string {
  if (handedOut.size === 0) return "";
  const cases = [...handedOut].map((name) => `case ${JSON.stringify(name)}: return o.#${name};`).join(" ");
  return `static { ${x}.read = (o, n) => { switch (n) { ${cases} } }; }`;
}
