import type { ImportDeclaration, Program } from "acorn";
import { RecentMap } from "../../util/recent-map.js";
import type { Location } from "../inspect/look.js";
import { scriptOf, sourceOf } from "../inspect/scripts.js";
import { childAt, isClassNode, isDirective, isFunctionNode, literalOf, type SyntaxNode, staticKey } from "./estree.js";
import { parseScript } from "./parse.js";
import { type StaticScope, scopesOfNode } from "./static-scopes.js";

/** What the text around a function says. */
export interface Surroundings {
  strict: boolean;
  isDeclaration: boolean;
  /** Innermost first. */
  scopes: StaticScope[];
  /** For each of them the place in it that is run when the function, or the outermost one around it in there, is made. */
  madeAt: number[];
}

export interface ImportedName {
  specifier: string;
  /** Exported name, or "*" for the namespace. */
  imported: string;
}

interface ParsedScript {
  source: string;
  tree: Program;
  imports: Map<string, ImportedName>;
  /** Modules that it loads and takes nothing from. */
  effects: LoadedModule[];
}

export interface LoadedModule {
  specifier: string;
  via: "import" | "require";
}

const SCRIPTS_KEPT = 48;
/** A script longer than this is not parsed as a whole: it would hold the caller up for too long. */
const LONGEST_SCRIPT = 12_000_000;
/** A script's text never changes, and to parse one takes longer than all else. */
const parsed = new RecentMap<string, ParsedScript | undefined>(SCRIPTS_KEPT);

export function parsedScript(scriptId: string): ParsedScript | undefined {
  return parsed.getOrMake(scriptId, () => parseWhole(scriptId));
}

function parseWhole(scriptId: string): ParsedScript | undefined {
  const source = sourceOf(scriptId);
  if (source.length === 0 || source.length > LONGEST_SCRIPT) return undefined;
  const tree = parseScript(source, scriptOf(scriptId)?.isModule ?? false);
  return tree && { source, tree, imports: importsOf(tree), effects: effectsOf(tree) };
}

const lineStarts = new RecentMap<string, number[]>(SCRIPTS_KEPT);

function lineStartsOf(scriptId: string): number[] {
  const starts = [0];
  for (const match of sourceOf(scriptId).matchAll(/\r\n|[\n\r\u2028\u2029]/g))
    starts.push((match.index ?? 0) + match[0].length);
  return starts;
}

function importsOf(tree: Program): Map<string, ImportedName> {
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

function effectsOf({ body }: Program): LoadedModule[] {
  return body.flatMap((statement): LoadedModule[] => {
    if (statement.type === "ImportDeclaration" && !isOfData(statement)) {
      const isBare = statement.specifiers.length === 0;
      return isBare ? [{ specifier: String(statement.source.value), via: "import" }] : [];
    }
    const call = statement.type === "ExpressionStatement" ? statement.expression : undefined;
    const isRequire =
      call?.type === "CallExpression" && call.callee.type === "Identifier" && call.callee.name === "require";
    const specifier = isRequire ? literalOf(call.arguments[0]) : undefined;
    return specifier === undefined ? [] : [{ specifier, via: "require" }];
  });
}

/** What is imported with attributes, such as JSON, is data: it travels by value like the program's own. */
function isOfData({ attributes }: ImportDeclaration): boolean {
  return attributes.length > 0;
}

function importedName(specifier: ImportDeclaration["specifiers"][number]): string {
  if (specifier.type === "ImportDefaultSpecifier") return "default";
  if (specifier.type === "ImportNamespaceSpecifier") return "*";
  return staticKey(specifier.imported, false) as string;
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
    ...scopesAlong(path),
  };
}

function scopesAlong(path: readonly SyntaxNode[]): Pick<Surroundings, "scopes" | "madeAt"> {
  const found = path.slice(0, -1).map((node, i) => scopesOfNode(node, path[i + 1]));
  const madeAt = found.flatMap((scopes, i) => scopes.map(() => placeOfMaking(path, i)));
  return { scopes: found.flat().reverse(), madeAt: madeAt.reverse() };
}

/** A function that is declared is made when the block around it begins, and any other where it stands. */
function placeOfMaking(path: readonly SyntaxNode[], scope: number): number {
  const at = path.findIndex((node, i) => i > scope && (isFunctionNode(node) || isClassNode(node)));
  const made = path[at] as SyntaxNode;
  if (!isFunctionNode(made) || !made.type.endsWith("Declaration")) return made.start;
  const around = path.slice(0, at).findLastIndex(({ type }) => BEGINS.test(type));
  return (path[Math.max(around, scope)] as SyntaxNode).start;
}

const BEGINS = /^(Program|BlockStatement|StaticBlock|SwitchStatement)$/;

/** Nodes from the root of the script to the function or class at `location`. */
export function nodePath(location: Location): SyntaxNode[] {
  const script = parsedScript(location.scriptId);
  const offset = offsetOf(location);
  return script && offset !== undefined ? pathTo(script.tree, offset) : [];
}

/** Offset of a place in its script; undefined when the script cannot be read. */
export function offsetOf({ scriptId, line, column }: Location): number | undefined {
  const { startLine = 0, startColumn = 0 } = scriptOf(scriptId) ?? {};
  const lineStart = lineStarts.getOrMake(scriptId, () => lineStartsOf(scriptId))[line - startLine];
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

function makesStrict(node: SyntaxNode): boolean {
  return isClassNode(node) || statementsOf(node).some((one) => isDirective(one) && one.directive === "use strict");
}

/** What may start with directives. */
function statementsOf(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type === "Program") return node.body;
  return isFunctionNode(node) && node.body.type === "BlockStatement" ? node.body.body : [];
}
