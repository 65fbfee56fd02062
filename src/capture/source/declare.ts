import { eachChild, isClassNode, isFunctionNode, type SyntaxNode } from "./estree.js";

/** Adds the names that a binding pattern declares. */
export function patternNames(pattern: SyntaxNode | null, into: Set<string>): unknown {
  if (!pattern) return;
  switch (pattern.type) {
    case "Identifier":
      into.add(pattern.name);
      return;
    case "ObjectPattern":
      for (const property of pattern.properties) patternNames(property.value ?? property.argument, into);
      return;
    case "ArrayPattern":
      for (const element of pattern.elements) patternNames(element, into);
      return;
    case "AssignmentPattern":
      return patternNames(pattern.left, into);
    case "RestElement":
      return patternNames(pattern.argument, into);
  }
}

/** Names that `var` hoists to the function around `node`; does not enter inner functions or classes. */
export function hoistedNames(node: SyntaxNode, into: Set<string>): void {
  if (node.type === "VariableDeclaration" && node.kind === "var") {
    for (const declarator of node.declarations) patternNames(declarator.id, into);
  }
  eachChild(node, (child) => {
    if (!isFunctionNode(child) && !isClassNode(child)) hoistedNames(child, into);
  });
}

/** Names that a list of statements declares for its own block: let, const, using, class, function, import. */
export function blockNames(statements: readonly SyntaxNode[], into: Set<string>): void {
  for (const statement of statements) {
    const inner = /^Export(Named|Default)Declaration$/.test(statement.type) ? statement.declaration : statement;
    if (inner) declaredBy(inner, into);
  }
}

function declaredBy(node: SyntaxNode, into: Set<string>): void {
  if (node.type === "VariableDeclaration" && node.kind !== "var") {
    for (const declarator of node.declarations) patternNames(declarator.id, into);
  } else if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") {
    if (node.id) into.add(node.id.name);
  } else if (node.type === "ImportDeclaration") {
    for (const specifier of node.specifiers) into.add(specifier.local.name);
  } else if (node.type === "LabeledStatement") declaredBy(node.body, into);
}

/** Whether a name may mean a variable of the function's own somewhere in its code; does not enter inner functions. */
export function declaresWithin(fn: SyntaxNode, name: string): boolean {
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
