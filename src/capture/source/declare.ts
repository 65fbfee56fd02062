import type { Pattern, VariableDeclaration } from "acorn";
import { eachChild, type FunctionNode, isClassNode, isFunctionNode, type SyntaxNode } from "./estree.js";

/** Adds the names that a binding pattern declares. */
export function patternNames(pattern: Pattern | null | undefined, into: Set<string>): void {
  if (pattern?.type === "Identifier") into.add(pattern.name);
  else if (pattern) for (const part of innerPatterns(pattern)) patternNames(part, into);
}

/** The patterns that a pattern is made of, without their default values. */
export function innerPatterns(pattern: Pattern): (Pattern | null)[] {
  switch (pattern.type) {
    case "ObjectPattern":
      return pattern.properties.map((one) => (one.type === "Property" ? one.value : one.argument));
    case "ArrayPattern":
      return pattern.elements;
    case "AssignmentPattern":
      return [pattern.left];
    case "RestElement":
      return [pattern.argument];
    default:
      return [];
  }
}

function declaratorNames({ declarations }: VariableDeclaration, into: Set<string>): void {
  for (const { id } of declarations) patternNames(id, into);
}

/** Names that `var` hoists to the function around `node`; does not enter inner functions or classes. */
export function hoistedNames(node: SyntaxNode, into: Set<string>): void {
  if (node.type === "VariableDeclaration" && node.kind === "var") declaratorNames(node, into);
  eachChild(node, (child) => {
    if (!isFunctionNode(child) && !isClassNode(child)) hoistedNames(child, into);
  });
}

/** Names that a list of statements declares for its own block: let, const, using, class, function, import. */
export function blockNames(statements: readonly SyntaxNode[], into: Set<string>): void {
  for (const statement of statements) {
    const inner = declarationIn(statement);
    if (inner) declaredBy(inner, into);
  }
}

/** What a statement declares, also where it exports that. */
export function declarationIn(statement: SyntaxNode): SyntaxNode | null | undefined {
  const isExport = statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration";
  return isExport ? statement.declaration : statement;
}

function declaredBy(node: SyntaxNode, into: Set<string>): void {
  if (node.type === "VariableDeclaration") {
    if (node.kind !== "var") declaratorNames(node, into);
  } else if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") {
    if (node.id) into.add(node.id.name);
  } else if (node.type === "ImportDeclaration") {
    for (const specifier of node.specifiers) into.add(specifier.local.name);
  } else if (node.type === "LabeledStatement") declaredBy(node.body, into);
}

/** Whether a name may mean a variable of the function's own somewhere in its code; does not enter inner functions. */
export function declaresWithin(fn: FunctionNode, name: string): boolean {
  const names = new Set<string>();
  for (const param of fn.params) patternNames(param, names);
  if (fn.id) names.add(fn.id.name);
  addWithin(fn.body, names);
  return names.has(name);
}

function addWithin(node: SyntaxNode, into: Set<string>): void {
  blockNames([node], into);
  if (node.type === "VariableDeclaration" && node.kind === "var") hoistedNames(node, into);
  if (node.type === "CatchClause") patternNames(node.param, into);
  eachChild(node, (child) => {
    if (isFunctionNode(child) || isClassNode(child)) blockNames([child], into);
    else addWithin(child, into);
  });
}
