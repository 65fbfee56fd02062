import { blockNames, hoistedNames, patternNames } from "./declare.js";
import { isClassNode, isFunctionNode, type SyntaxNode } from "./estree.js";

/** How a name is declared; `name` is that of a function expression, which only code inside of it sees. */
export type Declared = "import" | "const" | "let" | "var" | "function" | "class" | "param" | "catch" | "name";

export interface StaticScope {
  /** Offset of the scope's node in the script: the identity of the scope in the text. */
  start: number;
  names: Map<string, { kind: Declared; init: SyntaxNode | undefined }>;
}

/** Scopes that a node makes for its part `within`. */
export function scopesOfNode(node: SyntaxNode, within: SyntaxNode | undefined): StaticScope[] {
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
