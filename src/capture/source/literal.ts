import type { Location } from "../inspect/look.js";
import type { SyntaxNode } from "./estree.js";
import { nodePath } from "./script.js";

/** The object literal that a method at `location` is written in, and whether it names a prototype. */
export function surroundingObject(location: Location | undefined): { setsPrototype: boolean } | undefined {
  const literal = location && nodePath(location).findLast((node) => node.type === "ObjectExpression");
  return literal && { setsPrototype: literal.properties.some(setsPrototype) };
}

function setsPrototype(property: SyntaxNode): boolean {
  if (property.type !== "Property" || property.computed || property.shorthand || property.method) return false;
  return (property.key.name ?? property.key.value) === "__proto__";
}
