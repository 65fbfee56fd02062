import { RecentMap } from "../../util/recent-map.js";
import { eachChild, isIdentifier, type SyntaxNode } from "./estree.js";
import { parsedScript } from "./script.js";

/** Names in a script whose values are told from others by identity. */
export interface Identities {
  /** Operands of `===` and the like. */
  compared: Set<string>;
  /** Right operands of `instanceof`. */
  classes: Set<string>;
}

const NONE: Identities = { compared: new Set(), classes: new Set() };
const SCRIPTS_KEPT = 200;
/** A script's text never changes. */
const known = new RecentMap<string, Identities>(SCRIPTS_KEPT);
const EQUALITY = /^[!=]==?$/;

export function identitiesIn(scriptId: string): Identities {
  return known.getOrMake(scriptId, () => read(parsedScript(scriptId)?.tree));
}

function read(tree: SyntaxNode | undefined): Identities {
  if (!tree) return NONE;
  const found: Identities = { compared: new Set(), classes: new Set() };
  const pending: SyntaxNode[] = [tree];
  for (let node = pending.pop(); node; node = pending.pop()) {
    note(node, found);
    eachChild(node, (child) => void pending.push(child));
  }
  return found;
}

function note(node: SyntaxNode, { compared, classes }: Identities): void {
  if (node.type === "SwitchCase") addName(compared, node.test);
  if (node.type !== "BinaryExpression") return;
  const { left, right, operator } = node;
  if (operator === "instanceof") addName(classes, right);
  if (!EQUALITY.test(operator) || isPrimitive(left) || isPrimitive(right)) return;
  for (const side of [left, right]) addName(compared, side);
}

/** Whether the text says that a value is no object. */
function isPrimitive(node: SyntaxNode): boolean {
  return /^(Literal|TemplateLiteral|UnaryExpression)$/.test(node.type) || isIdentifier(node, "undefined");
}

function addName(names: Set<string>, node: SyntaxNode | null | undefined): void {
  if (node?.type === "Identifier") names.add(node.name);
}
