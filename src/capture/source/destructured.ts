import type { AssignmentProperty, Pattern, RestElement } from "acorn";
import { type SyntaxNode, staticKey } from "./estree.js";

/**
 * The members that a pattern takes of the expression `top`, as in `const { host, port = 80 } = top`; undefined where it is
 * used in another way, or where the pattern may take more than it names. `parents` ends with the nearest.
 */
export function keysTaken(top: SyntaxNode, parents: readonly SyntaxNode[]): string[] | undefined {
  const pattern = patternOver(top, parents.at(-1), parents.at(-2));
  if (pattern?.type !== "ObjectPattern" || pattern.properties.length === 0) return undefined;
  const keys = pattern.properties.map(keyOf);
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

/** The value of an assignment is what was on its right, so it must go unused. */
function patternOver(top: SyntaxNode, parent?: SyntaxNode, grandparent?: SyntaxNode): Pattern | undefined {
  if (parent?.type === "VariableDeclarator") return parent.init === top ? parent.id : undefined;
  if (parent?.type !== "AssignmentExpression" || parent.right !== top) return undefined;
  return isUnused(parent, grandparent) ? parent.left : undefined;
}

function isUnused(node: SyntaxNode, parent?: SyntaxNode): boolean {
  return (
    parent?.type === "ExpressionStatement" ||
    (parent?.type === "SequenceExpression" && parent.expressions.at(-1) !== node)
  );
}

function keyOf(property: AssignmentProperty | RestElement): string | undefined {
  return property.type === "Property" ? staticKey(property.key, property.computed) : undefined;
}
