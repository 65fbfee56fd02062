import type { CatchClause, Expression, VariableDeclarator } from "acorn";
import { blockNames, declarationIn, hoistedNames, patternNames } from "./declare.js";
import { type FunctionNode, headOf, isClassNode, isFunctionNode, isHeadedLoop, type SyntaxNode } from "./estree.js";

/** How a name is declared; `name` is that of a function expression, which only code inside of it sees. */
export type Declared = "import" | "const" | "let" | "var" | "function" | "class" | "param" | "catch" | "name";

export interface StaticScope {
  /** The node whose scope it is; code outside of it does not see the scope. */
  node: SyntaxNode;
  /** Offset of the scope's node in the script: the identity of the scope in the text. */
  start: number;
  names: Map<string, DeclaredName>;
}

export interface DeclaredName {
  kind: Declared;
  init: Expression | undefined;
  /** Where it is initialised, if all that its scope declares before that place has been initialised by then. */
  place?: number;
  /** Where its declaration ends: what stands behind that in its scope runs later, and so do functions that are made there. */
  end?: number;
}

/** In a large script, thousands of functions stand in the same scopes. */
const known = new WeakMap<SyntaxNode, Map<boolean, StaticScope[]>>();

/** Scopes that a node makes for its part `within`. */
export function scopesOfNode(node: SyntaxNode, within: SyntaxNode | undefined): readonly StaticScope[] {
  const inBody = isFunctionNode(node) && within === node.body;
  const ofNode = known.get(node) ?? new Map<boolean, StaticScope[]>();
  known.set(node, ofNode);
  const scopes = ofNode.get(inBody) ?? scopesWithin(node, inBody);
  ofNode.set(inBody, scopes);
  return scopes;
}

function scopesWithin(node: SyntaxNode, inBody: boolean): StaticScope[] {
  if (node.type === "Program") return [scopeOf(node, [...node.body], true)];
  if (isFunctionNode(node)) return functionScopes(node, inBody);
  if (isClassNode(node)) return node.id ? [named(node, node.id.name, "class")] : [];
  if (node.type === "BlockStatement" || node.type === "StaticBlock") {
    return [scopeOf(node, node.body, node.type === "StaticBlock")];
  }
  if (node.type === "SwitchStatement") {
    const statements = node.cases.flatMap((one) => one.consequent);
    return [withoutPlaces(scopeOf(node, statements, false))];
  }
  if (isHeadedLoop(node)) return [withoutPlaces(scopeOf(node, headOf(node), false))];
  return node.type === "CatchClause" ? [catchScope(node)] : [];
}

/** For statements that need not run one after the other. */
function withoutPlaces({ names, ...scope }: StaticScope): StaticScope {
  return { ...scope, names: new Map([...names].map(([name, { kind, init }]) => [name, { kind, init }])) };
}

function named(node: SyntaxNode, name: string, kind: Declared): StaticScope {
  return { node, start: node.start, names: new Map([[name, { kind, init: undefined }]]) };
}

function catchScope(node: CatchClause): StaticScope {
  const names = new Set<string>();
  patternNames(node.param, names);
  return { node, start: node.start, names: declared(names, "catch") };
}

function declared(names: Iterable<string>, kind: Declared): StaticScope["names"] {
  return new Map([...names].map((name) => [name, { kind, init: undefined }]));
}

/** Among the parameters, a later one may not have its value yet. */
function functionScopes(node: FunctionNode, inBody: boolean): StaticScope[] {
  const own = node.id && node.type === "FunctionExpression" ? [named(node, node.id.name, "name")] : [];
  const params = new Set<string>(node.type === "ArrowFunctionExpression" ? [] : ["arguments"]);
  for (const param of node.params) patternNames(param, params);
  const vars = new Set<string>();
  if (node.body.type === "BlockStatement") hoistedNames(node.body, vars);
  const names = new Map([...declared(vars, "var"), ...declared(params, inBody ? "param" : "let")]);
  return [...own, { node, start: node.params[0]?.start ?? node.body.start - 1, names }];
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
    const inner = declarationIn(statement);
    if (inner) for (const [name, entry] of entriesOf(inner)) names.set(name, entry);
  }
  return { node, start: node.start, names };
}

function entriesOf(node: SyntaxNode): StaticScope["names"] {
  const names = new Set<string>();
  blockNames([node], names);
  const kind = kindOf(node);
  if (!kind) return new Map();
  if (node.type === "ClassDeclaration") return new Map([...names].map((name) => [name, initialisedAt(node, kind)]));
  if (node.type !== "VariableDeclaration") return declared(names, kind);
  return new Map(kind === "var" ? [] : node.declarations.flatMap((one) => declaratorEntries(one, kind)));
}

function declaratorEntries({ id, init, start, end }: VariableDeclarator, kind: Declared): [string, DeclaredName][] {
  if (id.type === "Identifier") return [[id.name, { kind, init: init ?? undefined, place: start, end }]];
  const names = new Set<string>();
  patternNames(id, names);
  return [...names].map((name) => [name, { kind, init: undefined, place: start, end }]);
}

function initialisedAt({ start, end }: SyntaxNode, kind: Declared): DeclaredName {
  return { kind, init: undefined, place: start, end };
}

function kindOf(node: SyntaxNode): Declared | undefined {
  if (node.type === "ImportDeclaration") return "import";
  if (node.type === "FunctionDeclaration") return "function";
  if (node.type === "ClassDeclaration") return "class";
  if (node.type !== "VariableDeclaration") return undefined;
  return node.kind === "let" || node.kind === "var" ? node.kind : "const";
}
