import type { Activation } from "../graph/activation.js";
import { type ClassInfo, type FunctionInfo, type HostNode, infoOf } from "../graph/node.js";
import { NO_FILE, type Unit } from "../payload/payload.js";
import { type MethodNode, textOfKey } from "../source/estree.js";
import { type Place, startOf } from "../source/place.js";
import { applyEdits, type Piece } from "./edit.js";
import { classEdits, functionEdits } from "./edits.js";
import type { Names } from "./names.js";
import { CodeWriter } from "./writer.js";

/** Code of a scope of the program, from which each of its runs is made. */
interface Template {
  names: string[];
  /** Functions and inner scopes, by their number in the generated switch. */
  items: Item[];
  byKey: Map<string, Item>;
}

interface Item {
  index: number;
  template: Template | undefined;
  node: HostNode | undefined;
  /** Inner scopes whose code stands in the text of this class. */
  hosted: Template | undefined;
  line: number;
  column: number;
}

export interface EmittedUnit {
  unit: Unit;
  /** Scopes in the order in which they are to be made, parents first. */
  activations: { activation: Activation; maker: number; names: string[] }[];
  /** For each function, the scope it stands in and its number there. */
  places: Map<HostNode, { activation: Activation; index: number }>;
}

export function emitUnit(root: Activation, names: Names): EmittedUnit {
  const places: EmittedUnit["places"] = new Map();
  const activations: EmittedUnit["activations"] = [];
  const top = templateOf();
  collect(root, top, 0, activations, places);
  positions(top);
  const nodes = [...places.keys()];
  const strict = nodes.every((node) => infoOf(node).strict);
  const writer = new CodeWriter();
  writer.add(`${strict ? '"use strict"; ' : ""}return ${scopeHead(top, names)}`);
  writeItems(writer, top, names, strict);
  writer.add(scopeTail(top, names));
  const file = infoOf(nodes[0] as HostNode).script?.url || NO_FILE;
  return { unit: { file, strict, code: writer.toString(), positions: writer.positions }, activations, places };
}

function templateOf(): Template {
  return { names: [], items: [], byKey: new Map() };
}

function itemFor(template: Template, key: string, make: () => Partial<Item>): Item {
  const known = template.byKey.get(key);
  if (known) return known;
  const item = {
    index: template.items.length,
    template: undefined,
    node: undefined,
    hosted: undefined,
    line: 0,
    column: 0,
    ...make(),
  };
  template.items.push(item);
  template.byKey.set(key, item);
  return item;
}

function collect(
  activation: Activation,
  template: Template,
  maker: number,
  activations: EmittedUnit["activations"],
  places: EmittedUnit["places"],
): void {
  // All activations of a scope have one list of names, which is complete when the last has been seen.
  activations.push({ activation, maker, names: template.names });
  for (const name of activation.vars.keys()) if (!template.names.includes(name)) template.names.push(name);
  for (const node of activation.functions) {
    const item = itemFor(template, functionKey(infoOf(node)), () => ({ node, ...placeOf(infoOf(node)) }));
    places.set(node, { activation, index: item.index });
  }
  for (const child of activation.children) {
    const around = child.host ? hostedIn(template, child.host) : template;
    const item = itemFor(around, `scope ${child.key}`, () => ({ template: templateOf() }));
    collect(child, item.template as Template, item.index, activations, places);
  }
}

/** A class stands in the same scope as those that it hosts. */
function hostedIn(template: Template, host: HostNode): Template {
  const item = template.byKey.get(functionKey(infoOf(host))) as Item;
  item.hosted ??= templateOf();
  return item.hosted;
}

/** Closures of one text need its code once, unless something written into the code differs. */
function functionKey(info: FunctionInfo): string {
  const { source, look } = info;
  const form = [
    info.self !== undefined,
    info.args !== undefined,
    info.home !== undefined,
    info.losesOwnName,
    info.strict,
    info.name ?? "",
  ];
  const place = look.location ? [look.location.scriptId, look.location.line, look.location.column] : [];
  const forClass = info.classInfo
    ? [
        info.classInfo.stamped,
        info.classInfo.staticPrivates.length > 0,
        info.classInfo.keys.size,
        [...info.classInfo.handedOut],
        innerKey(info.classInfo),
      ]
    : [];
  return JSON.stringify([place, form, forClass, source.text]);
}

function innerKey({ inner }: ClassInfo): unknown[] {
  return inner.map(({ offset, info, passed }) => [offset, info.name ?? "", ...passed]);
}

function placeOf({ source, look: { location } }: FunctionInfo): Place {
  return location ? startOf(source, location) : { line: 0, column: 0 };
}

function positions(template: Template): void {
  for (const item of template.items) {
    if (item.hosted) positions(item.hosted);
    if (!item.template) continue;
    positions(item.template);
    const [first] = item.template.items;
    if (first) Object.assign(item, { line: first.line, column: first.column });
  }
  template.items.sort((a, b) => a.line - b.line || a.column - b.column || a.index - b.index);
}

function scopeHead({ names: variables }: Template, { index, x }: Names): string {
  return `(${variables.join(",")})=>({m:(${index},${x})=>{switch(${index}){`;
}

function scopeTail({ names: variables }: Template, { set }: Names): string {
  return `}},s:(${set})=>{${variables.map((name, at) => `${name}=${set}[${at}];`).join("")}}});`;
}

function writeItems(writer: CodeWriter, template: Template, names: Names, strict: boolean): void {
  for (const { index, template: inner, node, hosted, line, column } of template.items) {
    writer.add(`case ${index}:`);
    if (inner) {
      writer.add(`return ${scopeHead(inner, names)}`);
      writeItems(writer, inner, names, strict);
      writer.add(scopeTail(inner, names));
    } else writeFunction(writer, { info: infoOf(node as HostNode), hosted, start: { line, column } }, names, strict);
  }
}

interface Written {
  info: FunctionInfo;
  hosted: Template | undefined;
  start: Place;
}

function writeFunction(writer: CodeWriter, { info, hosted, start }: Written, names: Names, strict: boolean): void {
  const { before, pieces, after } = codeOf(info, names);
  const wraps = (info.strict && !strict && !info.source.parts) || info.self !== undefined || info.args !== undefined;
  const receiver = `.call(${names.x}.self, ${names.x}.args)`;
  const given = info.self !== undefined || info.args !== undefined ? receiver : "()";
  writer.add(wraps ? `return (function (${names.args}) { ${info.strict ? '"use strict"; ' : ""}${before}` : before);
  if (hosted) writeHost(writer, info.source.text, pieces, { hosted, start }, names);
  else writer.addOriginal(info.source.text, pieces, start);
  writer.add(wraps ? `${after} })${given};` : after);
}

/**
 * A class with code that makes scopes in it: a method, since there all names are free, which is taken away from the class as
 * soon as the class is there.
 */
function writeHost(
  writer: CodeWriter,
  text: string,
  pieces: readonly Piece[],
  { hosted, start }: Pick<Written, "start"> & { hosted: Template },
  names: Names,
): void {
  const { index, scopes, x } = names;
  const end = { text: "}", offset: text.length - 1 };
  const last = pieces.at(-1) as Piece;
  writer.addOriginal(text, [...pieces.slice(0, -1), { ...last, text: last.text.slice(0, -1) }], start);
  writer.add(`;static ${scopes}(${index}){switch(${index}){`);
  writeItems(writer, hosted, names, true);
  writer.add(`}}static{${x}.scopes=this.${scopes};delete this.${scopes};}`);
  writer.addOriginal(text, [end], start);
}

interface FunctionCode {
  before: string;
  pieces: Piece[];
  after: string;
}

/** A function's text as an expression that gives it its own name. */
function codeOf(info: FunctionInfo, names: Names): FunctionCode {
  const { source } = info;
  const { element, node } = source.parsed;
  const edits = source.parts ? classEdits(info, names) : functionEdits(info, names, info.losesOwnName);
  const pieces = applyEdits(source.text, edits);
  if (element) return methodCode(info, pieces, names);
  if (node.id && !info.losesOwnName) return { before: "return(", pieces, after: ");" };
  const name = JSON.stringify(info.name ?? "");
  return { before: `return({[${name}]:`, pieces, after: `})[${name}];` };
}

function methodCode({ source, name, home }: FunctionInfo, pieces: Piece[], names: Names): FunctionCode {
  const element = source.parsed.element as MethodNode;
  const computed = element.computed ? methodKey(name ?? "", element.kind) : textOfKey(element.key);
  const key = JSON.stringify(computed);
  const slot = element.kind === "get" || element.kind === "set" ? element.kind : "value";
  const taken = `${names.own}(${names.home}, ${key}).${slot}`;
  const keep = home === undefined ? "" : `${names.x}.home = ${names.home}; `;
  return { before: `{ const ${names.home} = {`, pieces, after: `}; ${keep}return ${taken}; }` };
}

function methodKey(name: string, kind: string): string {
  const bare = kind === "get" || kind === "set" ? name.slice(4) : name;
  return bare.startsWith("[") || bare === "__proto__" ? "method" : bare;
}
