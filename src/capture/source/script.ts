import type { Location } from "../inspect/look.js";
import { scriptOf, sourceOf } from "../inspect/scripts.js";
import { isClassNode, isFunctionNode, isNode, type SyntaxNode } from "./estree.js";
import { parseScript } from "./parse.js";
import { type StaticScope, scopesOfNode } from "./static-scopes.js";

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
