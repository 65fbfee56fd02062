import type { Expression } from "acorn";
import { patternNames } from "./declare.js";
import { eachChild, isIdentifier, type SyntaxNode } from "./estree.js";
import type { DeclaredName, StaticScope } from "./static-scopes.js";

/** Names of a scope's variables that hold another object in each activation, which is made there, and is never replaced. */
export function namesOfOwnObjects(scope: StaticScope): readonly string[] {
  const found = known.get(scope) ?? [...scope.names].filter((one) => holdsOwn(scope, one)).map(([name]) => name);
  known.set(scope, found);
  return found;
}

function holdsOwn({ node }: StaticScope, [name, { kind, init }]: [string, DeclaredName]): boolean {
  const makes = kind === "function" || kind === "class" || (init !== undefined && makesObject(init));
  if (!makes || kind === "const") return makes;
  const assigned = assignedIn(node);
  return !assigned.has(name) && !assigned.has(ANY);
}

const MAKES_AN_OBJECT =
  /^(ArrowFunctionExpression|FunctionExpression|ClassExpression|ObjectExpression|ArrayExpression)$/;

function makesObject({ type }: Expression): boolean {
  return MAKES_AN_OBJECT.test(type);
}

/** In the place of the names that code assigns which a direct eval makes. */
const ANY = "";

const known = new WeakMap<StaticScope, string[]>();
const assignedNames = new WeakMap<SyntaxNode, Set<string>>();

/** Names that code assigns somewhere in a node, or declares as `var` besides; whose variables they are is not looked at. */
function assignedIn(node: SyntaxNode): ReadonlySet<string> {
  const found = assignedNames.get(node) ?? new Set<string>();
  if (!assignedNames.has(node)) addAssigned(node, found);
  assignedNames.set(node, found);
  return found;
}

function addAssigned(node: SyntaxNode, into: Set<string>): void {
  const pending = [node];
  for (let at = pending.pop(); at; at = pending.pop()) {
    addTargets(at, into);
    eachChild(at, (child) => void pending.push(child));
  }
}

function addTargets(node: SyntaxNode, into: Set<string>): void {
  if (node.type === "AssignmentExpression") addNames(node.left, into);
  else if (node.type === "UpdateExpression") addNames(node.argument, into);
  else if (node.type === "ForInStatement" || node.type === "ForOfStatement") addNames(node.left, into);
  else if (node.type === "CallExpression" && isIdentifier(node.callee, "eval")) into.add(ANY);
  else if (node.type === "VariableDeclaration" && node.kind === "var")
    for (const { id } of node.declarations) patternNames(id, into);
}

function addNames(target: SyntaxNode, into: Set<string>): void {
  if (target.type === "VariableDeclaration") for (const { id } of target.declarations) patternNames(id, into);
  else if (target.type === "ParenthesizedExpression") addNames(target.expression, into);
  else patternNames(target as never, into);
}
