import { isFunctionNode, type SyntaxNode } from "./estree.js";

/** What bundlers wrap the text of a CommonJS module in. */
const MODULE_WRAPPERS = /^__commonJS|^__esm/;

/**
 * Whether a node is a function that runs after its script was loaded. One that is called where it stands runs while the
 * script is loaded, if what is around it does. `parents` ends with the nearest.
 */
export function runsLater(node: SyntaxNode, parents: readonly SyntaxNode[]): boolean {
  if (!isFunctionNode(node)) return false;
  let at = parents.length - 1;
  while (/^(UnaryExpression|SequenceExpression)$/.test(parents[at]?.type ?? "")) at--;
  const parent = parents[at];
  if (parent?.type === "CallExpression" && (parent.callee === node || isFunctionNode(parent.callee))) return false;
  const isOfCall = parent?.type === "MemberExpression" && parents[at - 1]?.type === "CallExpression";
  return !(isOfCall || isInWrapper(parents));
}

function isInWrapper(parents: readonly SyntaxNode[]): boolean {
  const [call, object] = [parents.at(-3), parents.at(-2)];
  if (object?.type !== "ObjectExpression" || call?.type !== "CallExpression") return false;
  return call.callee.type === "Identifier" && MODULE_WRAPPERS.test(call.callee.name);
}
