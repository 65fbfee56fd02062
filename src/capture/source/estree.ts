import type { Loose } from "../types.js";
/** Syntax trees are read by field name; acorn's own types would ask for a cast at each step. */
export interface SyntaxNode {
  type: string;
  start: number;
  end: number;
  [field: string]: Loose;
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && typeof (value as SyntaxNode).type === "string";
}

/** Calls `visit` for each direct child of a node. */
export function eachChild(node: SyntaxNode, visit: (child: SyntaxNode, field: string) => void): void {
  for (const field of Object.keys(node)) {
    const value = node[field];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) visit(item, field);
    } else if (isNode(value)) visit(value, field);
  }
}

export function isFunctionNode(node: SyntaxNode): boolean {
  return /^(ArrowFunctionExpression|FunctionExpression|FunctionDeclaration)$/.test(node.type);
}

export function isClassNode(node: SyntaxNode): boolean {
  return node.type === "ClassDeclaration" || node.type === "ClassExpression";
}
