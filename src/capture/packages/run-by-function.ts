import type { FunctionInfo } from "../graph/node.js";
import { isFunctionNode, type SyntaxNode } from "../source/estree.js";
import { nodePath } from "../source/script.js";
import type { Suspect } from "./program-statements.js";

/**
 * Whether a statement stands in the shipped function where each call runs it, and so does on a worker what it did here. Not
 * one behind a condition: what tells whether it has run may travel as it is here.
 */
export function isRunByFunction({ script, statement }: Suspect, shipped: FunctionInfo | undefined): boolean {
  const location = shipped?.look.location;
  if (!location || location.scriptId !== script.scriptId) return false;
  const fn = nodePath(location).at(-1);
  if (!fn || !isFunctionNode(fn)) return false;
  return eachCallOf(fn.body).some(({ start, end }) => start <= statement.start && statement.end <= end);
}

/** What runs in each call of a function: the statements of its body that are calls or assignments. */
function eachCallOf(body: SyntaxNode): SyntaxNode[] {
  if (body.type !== "BlockStatement") return [body].filter(isUnconditional);
  return body.body.flatMap((one) =>
    one.type === "ExpressionStatement" && isUnconditional(one.expression) ? [one] : [],
  );
}

function isUnconditional(node: SyntaxNode): boolean {
  if (node.type === "AwaitExpression") return isUnconditional(node.argument);
  if (node.type === "CallExpression") return node.arguments.every((one) => !isFunctionNode(one));
  return node.type === "AssignmentExpression" || node.type === "UpdateExpression";
}
