import type { ObjectExpression } from "acorn";
import type { Location } from "../inspect/look.js";
import { patternNames } from "./declare.js";
import { eachChild, type SyntaxNode, staticKey } from "./estree.js";
import { nodePath } from "./script.js";

/** An object literal of the program's text. */
export interface Literal {
  /** Whether it names a prototype. */
  setsPrototype: boolean;
  /** Name of the variable that it initialises, when nothing else is ever assigned to it. */
  constant: string | undefined;
}

/** The object literal that a method at `location` is written in. */
export function surroundingObject(location: Location | undefined): Literal | undefined {
  const path = location ? nodePath(location) : [];
  const at = path.findLastIndex((node) => node.type === "ObjectExpression");
  const literal = path[at];
  if (literal?.type !== "ObjectExpression") return undefined;
  const isOwn = at === path.length - OWN_METHOD;
  return { setsPrototype: literal.properties.some(setsPrototype), constant: isOwn ? constantOf(path, at) : undefined };
}

/** Literal, property and function end the path of a method that is the literal's own. */
const OWN_METHOD = 3;

function constantOf(path: readonly SyntaxNode[], at: number): string | undefined {
  const [declaration, declarator, literal] = path.slice(at - 2, at + 1);
  if (declaration?.type !== "VariableDeclaration" || declarator?.type !== "VariableDeclarator") return undefined;
  const { id, init } = declarator;
  if (init !== literal || id.type !== "Identifier") return undefined;
  const around = path.slice(0, at).findLast(({ type }) => /^(Program|BlockStatement|StaticBlock)$/.test(type));
  const isConstant = declaration.kind === "const" || (declaration.kind === "let" && !writes(around, id.name));
  return isConstant ? id.name : undefined;
}

/** Whether some code assigns a variable of that name: minifiers write `let` for `const`. */
function writes(root: SyntaxNode | undefined, name: string): boolean {
  const pending = root ? [root] : [];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (namesWrittenBy(node).has(name)) return true;
    eachChild(node, (child) => void pending.push(child));
  }
  return false;
}

function namesWrittenBy(node: SyntaxNode): Set<string> {
  const names = new Set<string>();
  if (node.type === "AssignmentExpression") patternNames(node.left, names);
  else if (node.type === "ForInStatement" || node.type === "ForOfStatement") {
    if (node.left.type !== "VariableDeclaration") patternNames(node.left, names);
  } else if (node.type === "UpdateExpression" && node.argument.type === "Identifier") names.add(node.argument.name);
  return names;
}

function setsPrototype(property: ObjectExpression["properties"][number]): boolean {
  if (property.type !== "Property" || property.computed || property.shorthand || property.method) return false;
  return staticKey(property.key, false) === "__proto__";
}
