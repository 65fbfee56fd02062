import { types } from "node:util";
import type * as acorn from "acorn";
import type { FunctionInfo } from "../../graph/node.js";
import { ownProperty } from "../../own-property.js";
import type { SyntaxNode } from "../../source/estree.js";
import { staticKey, touchesOf } from "../../source/touches.js";

/** Constants that lead to constants are followed so far. */
const DEPTH = 8;

/** The key that an expression gives, where constants and captured variables tell it; undefined where they do not. */
export function resolveKey(info: FunctionInfo, node: SyntaxNode, depth = DEPTH): string | symbol | undefined {
  const value = constantOf(info, node, depth);
  if (typeof value === "symbol") return value;
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function constantOf(info: FunctionInfo, node: SyntaxNode, depth: number): unknown {
  if (depth === 0) return undefined;
  switch (node.type) {
    case "Literal":
      return node.value;
    case "TemplateLiteral":
      return textOf(info, node, depth);
    case "BinaryExpression": {
      if (node.operator !== "+") return undefined;
      const [left, right] = [node.left, node.right].map((one) => resolveKey(info, one, depth - 1));
      return typeof left === "string" && typeof right === "string" ? left + right : undefined;
    }
    case "CallExpression":
      return registeredSymbol(info, node, depth);
    case "Identifier": {
      const constant = touchesOf(info.source).constants.get(node.name);
      return constant ? constantOf(info, constant, depth - 1) : variable(info, node.name);
    }
    case "MemberExpression":
      return memberOf(constantOf(info, node.object, depth - 1), staticKey(node));
    default:
      return undefined;
  }
}

function textOf(info: FunctionInfo, { quasis, expressions }: acorn.TemplateLiteral, depth: number): string | undefined {
  const parts = expressions.map((one) => resolveKey(info, one, depth - 1));
  if (parts.some((one) => typeof one !== "string")) return undefined;
  return quasis.map((one, at) => one.value.cooked + String(parts[at] ?? "")).join("");
}

function registeredSymbol(
  info: FunctionInfo,
  { callee, arguments: given }: acorn.CallExpression,
  depth: number,
): unknown {
  const isFor =
    callee.type === "MemberExpression" &&
    callee.object.type === "Identifier" &&
    callee.object.name === "Symbol" &&
    staticKey(callee) === "for";
  const name = isFor && given[0] ? resolveKey(info, given[0], depth - 1) : undefined;
  return typeof name === "string" ? Symbol.for(name) : undefined;
}

/** What the code itself assigns may be anything when the key is asked for. */
function variable({ references, source }: FunctionInfo, name: string): unknown {
  if (name === "Symbol" && !source.analysis.free.get(name)?.assigned) return Symbol;
  const found = references.find((one) => one.name === name);
  return found?.assigned ? undefined : found?.value;
}

function memberOf(from: unknown, key: string | undefined): unknown {
  const isObject = (typeof from === "object" && from !== null) || typeof from === "function";
  return isObject && key !== undefined ? dataOf(from, key) : undefined;
}

/** The value of an own data property; no getter and no trap is asked. */
function dataOf(from: object, key: string): unknown {
  return types.isProxy(from) ? undefined : ownProperty(from, key)?.value;
}
