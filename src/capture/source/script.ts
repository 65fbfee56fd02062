import type { Location } from "../inspect/look.js";
import { scriptOf, sourceOf } from "../inspect/scripts.js";
import { blockNames, hoistedNames, patternNames } from "./declare.js";
import { isClassNode, isFunctionNode, isNode, type SyntaxNode } from "./estree.js";
import { parseScript } from "./parse.js";

/** How a name is declared; `name` is that of a function expression, which only code inside of it sees. */
export type Declared = "import" | "const" | "let" | "var" | "function" | "class" | "param" | "catch" | "name";

export interface StaticScope {
  /** Offset of the scope's node in the script: the identity of the scope in the text. */
  start: number;
  names: Map<string, { kind: Declared; init: SyntaxNode | undefined }>;
}

/** What the text around a function says. */
export interface Surroundings {
  strict: boolean;
  isDeclaration: boolean;
  /** Innermost first. */
  scopes: StaticScope[];
}

export interface ImportedName {
  specifier: string;
  /** Exported name, or "*" for the namespace. */
  imported: string;
}

/** Names behind the word `function`, in whatever comments or strings that stands. */
const NAMED_FUNCTION =
  /\bfunction(?:\s|\*(?!\/)|\/\*[\s\S]*?\*\/|\/\/.*)*([\p{ID_Start}$_\\](?:[\p{ID_Continue}$\\{}]|\u200c|\u200d)*)/gu;
const namedFunctions = new Map<string, Set<string>>();

/** Whether some function of a script may have that name: a quick answer, for which the script is not parsed. */
export function mayNameFunction(scriptId: string, name: string): boolean {
  const names = namedFunctions.get(scriptId) ?? listNamedFunctions(scriptId);
  return names.has(name) || names.has(ESCAPED);
}

const ESCAPED = "\\";

function listNamedFunctions(scriptId: string): Set<string> {
  const names = new Set([...sourceOf(scriptId).matchAll(NAMED_FUNCTION)].map(([, name = ""]) => name));
  if ([...names].some((name) => name.includes(ESCAPED))) names.add(ESCAPED);
  if (namedFunctions.size >= SCRIPTS_KEPT) namedFunctions.delete(namedFunctions.keys().next().value as string);
  namedFunctions.set(scriptId, names);
  return names;
}

interface ParsedScript {
  source: string;
  tree: SyntaxNode;
  lineStarts: number[];
  imports: Map<string, ImportedName>;
}

const SCRIPTS_KEPT = 48;
/** A script longer than this is not parsed as a whole: it would hold the caller up for too long. */
const LONGEST_SCRIPT = 12_000_000;
const parsed = new Map<string, ParsedScript | undefined>();

export function parsedScript(scriptId: string): ParsedScript | undefined {
  if (parsed.has(scriptId)) return parsed.get(scriptId);
  if (parsed.size >= SCRIPTS_KEPT) parsed.delete(parsed.keys().next().value as string);
  const result = parseWhole(scriptId);
  parsed.set(scriptId, result);
  return result;
}

function parseWhole(scriptId: string): ParsedScript | undefined {
  const source = sourceOf(scriptId);
  if (source.length === 0 || source.length > LONGEST_SCRIPT) return undefined;
  const tree = parseScript(source, scriptOf(scriptId)?.isModule ?? false);
  return tree && { source, tree, lineStarts: lineStartsOf(source), imports: importsOf(tree) };
}

function lineStartsOf(source: string): number[] {
  const starts = [0];
  for (const match of source.matchAll(/\r\n|[\n\r\u2028\u2029]/g)) starts.push((match.index ?? 0) + match[0].length);
  return starts;
}

function importsOf(tree: SyntaxNode): Map<string, ImportedName> {
  const imports = new Map<string, ImportedName>();
  for (const statement of tree.body) {
    if (statement.type !== "ImportDeclaration" || isOfData(statement)) continue;
    const specifier = String(statement.source.value);
    for (const one of statement.specifiers) {
      imports.set(one.local.name, { specifier, imported: importedName(one) });
    }
  }
  return imports;
}

/** What is imported with attributes, such as JSON, is data: it travels by value like the program's own. */
function isOfData({ attributes }: SyntaxNode): boolean {
  return attributes?.length > 0;
}

function importedName(specifier: SyntaxNode): string {
  if (specifier.type === "ImportDefaultSpecifier") return "default";
  if (specifier.type === "ImportNamespaceSpecifier") return "*";
  return specifier.imported.name ?? String(specifier.imported.value);
}

/** Reads the text around the function at `location`; undefined when the script cannot be read or parsed. */
export function surroundingsOf(location: Location): Surroundings | undefined {
  const script = parsedScript(location.scriptId);
  const offset = offsetOf(location);
  if (!script || offset === undefined) return undefined;
  const path = pathTo(script.tree, offset);
  const fn = path.at(-1);
  if (!fn) return undefined;
  return {
    strict: (scriptOf(location.scriptId)?.isModule ?? false) || path.some(makesStrict),
    isDeclaration: fn.type.endsWith("Declaration"),
    scopes: path
      .slice(0, -1)
      .flatMap((node, i) => scopesOfNode(node, path[i + 1]))
      .reverse(),
  };
}

/** Nodes from the root of the script to the function or class at `location`. */
export function nodePath(location: Location): SyntaxNode[] {
  const script = parsedScript(location.scriptId);
  const offset = offsetOf(location);
  return script && offset !== undefined ? pathTo(script.tree, offset) : [];
}

/** Offset of a place in its script; undefined when the script cannot be parsed. */
export function offsetOf({ scriptId, line, column }: Location): number | undefined {
  const { startLine = 0, startColumn = 0 } = scriptOf(scriptId) ?? {};
  const lineStart = parsedScript(scriptId)?.lineStarts[line - startLine];
  return lineStart === undefined ? undefined : lineStart + column - (line === startLine ? startColumn : 0);
}

/** Nodes from the root of the script to the innermost one at a place; undefined when the script cannot be parsed. */
export function pathToOffset(location: Location): SyntaxNode[] | undefined {
  const script = parsedScript(location.scriptId);
  const offset = offsetOf(location);
  if (!script || offset === undefined) return undefined;
  const path: SyntaxNode[] = [];
  for (let node: SyntaxNode | undefined = script.tree; node; node = childAt(node, offset)) path.push(node);
  return path;
}

/** Nodes from the root to the function or class whose head is at `offset`; empty when there is none. */
function pathTo(tree: SyntaxNode, offset: number): SyntaxNode[] {
  const path: SyntaxNode[] = [];
  let found = 0;
  let node: SyntaxNode | undefined = tree;
  while (node) {
    path.push(node);
    if (hasHeadAt(node, offset)) found = path.length;
    node = childAt(node, offset);
  }
  return path.slice(0, found);
}

function hasHeadAt(node: SyntaxNode, offset: number): boolean {
  if (isClassNode(node)) return node.start === offset;
  return isFunctionNode(node) && node.start <= offset && offset < node.body.start;
}

function childAt(node: SyntaxNode, offset: number): SyntaxNode | undefined {
  for (const value of Object.values(node)) {
    const children = Array.isArray(value) ? value : [value];
    for (const child of children) if (isNode(child) && child.start <= offset && offset < child.end) return child;
  }
  return undefined;
}

function makesStrict(node: SyntaxNode): boolean {
  if (isClassNode(node)) return true;
  const statements = node.type === "Program" ? node.body : isFunctionNode(node) ? node.body.body : undefined;
  return Array.isArray(statements) && statements.some((one: SyntaxNode) => one.directive === "use strict");
}

/** Scopes that a node makes for its part `within`. */
function scopesOfNode(node: SyntaxNode, within: SyntaxNode | undefined): StaticScope[] {
  if (node.type === "Program") return [scopeOf(node, [...node.body], true)];
  if (isFunctionNode(node)) return functionScopes(node, within === node.body);
  if (isClassNode(node)) return node.id ? [named(node, node.id.name, "class")] : [];
  if (node.type === "BlockStatement" || node.type === "StaticBlock") {
    return [scopeOf(node, node.body, node.type === "StaticBlock")];
  }
  if (node.type === "SwitchStatement") {
    const statements = node.cases.flatMap((one: SyntaxNode) => one.consequent);
    return [scopeOf(node, statements, false)];
  }
  if (/^For(In|Of)?Statement$/.test(node.type)) {
    return [scopeOf(node, [node.init ?? node.left].filter(Boolean), false)];
  }
  return node.type === "CatchClause" ? [catchScope(node)] : [];
}

function named(node: SyntaxNode, name: string, kind: Declared): StaticScope {
  return { start: node.start, names: new Map([[name, { kind, init: undefined }]]) };
}

function catchScope(node: SyntaxNode): StaticScope {
  const names = new Set<string>();
  patternNames(node.param, names);
  return { start: node.start, names: declared(names, "catch") };
}

function declared(names: Iterable<string>, kind: Declared): StaticScope["names"] {
  return new Map([...names].map((name) => [name, { kind, init: undefined }]));
}

/** Among the parameters, a later one may not have its value yet. */
function functionScopes(node: SyntaxNode, inBody: boolean): StaticScope[] {
  const own = node.id && node.type === "FunctionExpression" ? [named(node, node.id.name, "name")] : [];
  const params = new Set<string>(node.type === "ArrowFunctionExpression" ? [] : ["arguments"]);
  for (const param of node.params) patternNames(param, params);
  const vars = new Set<string>();
  if (node.body.type === "BlockStatement") hoistedNames(node.body, vars);
  const names = new Map([...declared(vars, "var"), ...declared(params, inBody ? "param" : "let")]);
  return [...own, { start: node.params[0]?.start ?? node.body.start - 1, names }];
}

/** Scope of a list of statements; `hoists` also takes their `var` names. */
function scopeOf(node: SyntaxNode, statements: readonly SyntaxNode[], hoists: boolean): StaticScope {
  const names: StaticScope["names"] = new Map();
  if (hoists) {
    const vars = new Set<string>();
    hoistedNames(node, vars);
    for (const name of vars) names.set(name, { kind: "var", init: undefined });
  }
  for (const statement of statements) {
    const inner = /^Export(Named|Default)Declaration$/.test(statement.type) ? statement.declaration : statement;
    if (inner) for (const [name, entry] of entriesOf(inner)) names.set(name, entry);
  }
  return { start: node.start, names };
}

function entriesOf(node: SyntaxNode): StaticScope["names"] {
  const names = new Set<string>();
  blockNames([node], names);
  const kind = kindOf(node);
  if (!kind) return new Map();
  const entries = declared(names, kind);
  for (const declarator of node.declarations ?? []) {
    if (declarator.id.type === "Identifier")
      entries.set(declarator.id.name, { kind, init: declarator.init ?? undefined });
  }
  return node.type === "VariableDeclaration" && kind === "var" ? new Map() : entries;
}

function kindOf(node: SyntaxNode): Declared | undefined {
  if (node.type === "ImportDeclaration") return "import";
  if (node.type === "FunctionDeclaration") return "function";
  if (node.type === "ClassDeclaration") return "class";
  if (node.type !== "VariableDeclaration") return undefined;
  return node.kind === "let" || node.kind === "var" ? node.kind : "const";
}
