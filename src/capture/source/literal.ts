import type { Location } from "../inspect/look.js";
import { patternNames } from "./declare.js";
import { eachChild, type SyntaxNode } from "./estree.js";
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
  if (!literal) return undefined;
  const isOwn = at === path.length - OWN_METHOD;
  return { setsPrototype: literal.properties.some(setsPrototype), constant: isOwn ? constantOf(path, at) : undefined };
}

/** Literal, property and function end the path of a method that is the literal's own. */
const OWN_METHOD = 3;

function constantOf(path: readonly SyntaxNode[], at: number): string | undefined {
  const [declaration, declarator, literal] = path.slice(at - 2, at + 1);
  if (declarator?.type !== "VariableDeclarator" || declarator.init !== literal) return undefined;
  const { name } = declarator.id;
  const around = path.slice(0, at).findLast(({ type }) => /^(Program|BlockStatement|StaticBlock)$/.test(type));
  const isConstant = declaration?.kind === "const" || (declaration?.kind === "let" && !writes(around, name));
  return isConstant ? name : undefined;
}

/** Whether some code assigns a variable of that name: minifiers write `let` for `const`. */
function writes(root: SyntaxNode | undefined, name: string): boolean {
  const pending = root ? [root] : [];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const names = new Set<string>();
    patternNames(targetOf(node), names);
    if (names.has(name)) return true;
    eachChild(node, (child) => void pending.push(child));
  }
  return false;
}

function targetOf(node: SyntaxNode): SyntaxNode | null {
  if (node.type === "AssignmentExpression" || /^For(In|Of)Statement$/.test(node.type)) return node.left;
  return node.type === "UpdateExpression" ? node.argument : null;
}

function setsPrototype(property: SyntaxNode): boolean {
  if (property.type !== "Property" || property.computed || property.shorthand || property.method) return false;
  return (property.key.name ?? property.key.value) === "__proto__";
}
