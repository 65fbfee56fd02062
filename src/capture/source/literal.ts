import type { Location } from "../inspect/look.js";
import type { SyntaxNode } from "./estree.js";
import { nodePath } from "./script.js";

/** An object literal of the program's text. */
export interface Literal {
  /** Whether it names a prototype. */
  setsPrototype: boolean;
  /** Name of the constant that it initialises. */
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
  if (declaration?.kind !== "const" || declarator?.type !== "VariableDeclarator") return undefined;
  return declarator.init === literal && declarator.id.type === "Identifier" ? declarator.id.name : undefined;
}

function setsPrototype(property: SyntaxNode): boolean {
  if (property.type !== "Property" || property.computed || property.shorthand || property.method) return false;
  return (property.key.name ?? property.key.value) === "__proto__";
}
