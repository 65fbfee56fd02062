import type * as acorn from "acorn";
import type { SyntaxNode } from "./estree.js";

export type CallNode = acorn.CallExpression | acorn.NewExpression;

/** What a form of code does with an object: asks for one key, or lists them. */
export interface KeyUse {
  kind: "key" | "keys";
  key?: SyntaxNode;
}

/** Built-in functions that ask the object in their first argument for the key in their second. */
const ASK_KEY =
  /^(Reflect\.(get|has|set|deleteProperty|defineProperty|getOwnPropertyDescriptor)|Object\.(hasOwn|getOwnPropertyDescriptor|defineProperty))$/;

const ASK_KEYS =
  /^(Reflect\.ownKeys|Object\.(keys|values|entries|getOwnPropertyNames|getOwnPropertySymbols|getOwnPropertyDescriptors|assign))$/;

const OWN_CHECK = /(^|\.)(hasOwnProperty|propertyIsEnumerable)\.call$/;

/** What a call does with an object that it is given; undefined for calls of which that is not known. */
export function keyCallOf({ callee, arguments: given }: CallNode, object: SyntaxNode): KeyUse | undefined {
  const name = nameOf(callee);
  const isFirst = given[0] === object;
  if (isFirst && (ASK_KEY.test(name) || OWN_CHECK.test(name)) && given[1]) return { kind: "key", key: given[1] };
  return ASK_KEYS.test(name) && (isFirst || name === "Object.assign") ? { kind: "keys" } : undefined;
}

function nameOf(node: SyntaxNode): string {
  if (node.type === "Identifier") return node.name;
  if (node.type === "ObjectExpression") return "{}";
  if (node.type !== "MemberExpression" || node.computed) return "";
  return node.property.type === "Identifier" ? `${nameOf(node.object)}.${node.property.name}` : "";
}

/** What a pattern takes of an object. */
export function patternTouches(pattern: SyntaxNode): KeyUse[] {
  if (pattern.type !== "ObjectPattern") return [];
  return pattern.properties.map((one): KeyUse => {
    if (one.type === "RestElement") return { kind: "keys" };
    return { kind: "key", key: one.computed ? one.key : textOf(one.key) };
  });
}

/** A key as an expression of it. */
function textOf(key: SyntaxNode): SyntaxNode {
  return key.type === "Identifier" ? { type: "Literal", value: key.name, start: key.start, end: key.end } : key;
}
