import { eachChild, isFunctionNode, type SyntaxNode } from "./estree.js";
import type { FunctionSource } from "./function-source.js";

/**
 * Ways in which code calls members that it does not name: a template asks values for `toString`, `for … of` for their
 * iterator, `JSON.stringify` for `toJSON`.
 */
export type UnwrittenCall =
  | "stringify"
  | "toText"
  | "toNumber"
  | "iterate"
  | "iterateAsync"
  | "await"
  | "instanceof"
  | "listKeys"
  | "match"
  | "makeAlike"
  | "collect"
  | "concat"
  | "readStack"
  | "dispose";

const known = new WeakMap<FunctionSource, ReadonlySet<UnwrittenCall>>();

export function unwrittenCallsOf(source: FunctionSource): ReadonlySet<UnwrittenCall> {
  const found = known.get(source) ?? find(source);
  known.set(source, found);
  return found;
}

function find({ parsed, parts, analysis }: FunctionSource): Set<UnwrittenCall> {
  const found = new Set<UnwrittenCall>();
  const visit = (node: SyntaxNode): void => {
    if (parts?.left.has(node)) return;
    for (const one of ofSyntax(node)) found.add(one);
    eachChild(node, visit);
  };
  visit(parsed.node);
  for (const name of analysis.memberNames.keys()) for (const one of unwrittenCallsOfMember(name)) found.add(one);
  for (const name of analysis.free.keys()) for (const one of OF_GLOBALS[name] ?? []) found.add(one);
  return found;
}

function ofSyntax(node: SyntaxNode): readonly UnwrittenCall[] {
  switch (node.type) {
    case "TemplateLiteral":
      return node.expressions.length > 0 ? ["toText"] : [];
    case "BinaryExpression":
      return ofOperator(node.operator);
    case "AssignmentExpression":
      return node.left.type === "ArrayPattern" ? ["iterate"] : ofOperator(node.operator.slice(0, -1));
    case "UnaryExpression":
      return /^[-+~]$/.test(node.operator) ? ["toNumber"] : [];
    case "UpdateExpression":
      return ["toNumber"];
    case "ArrayPattern":
    case "ArrayExpression":
      return node.type === "ArrayPattern" || node.elements.some(isSpread) ? ["iterate"] : [];
    case "CallExpression":
    case "NewExpression":
      return node.arguments.some(isSpread) ? ["iterate"] : [];
    case "YieldExpression":
      return node.delegate ? ["iterate", "iterateAsync"] : [];
    case "ForInStatement":
      return ["listKeys"];
    case "ForOfStatement":
      return node.await ? ["iterate", "iterateAsync", "await"] : ["iterate"];
    case "AwaitExpression":
      return ["await"];
    case "VariableDeclaration":
      return /using$/.test(node.kind) ? ["dispose"] : [];
    default:
      return isFunctionNode(node) && node.async ? ["await"] : [];
  }
}

function isSpread(node: SyntaxNode | null): boolean {
  return node?.type === "SpreadElement";
}

function ofOperator(operator: string): readonly UnwrittenCall[] {
  if (operator === "instanceof") return ["instanceof"];
  if (/^(\+|<|>|<=|>=|==|!=)$/.test(operator)) return ["toText", "toNumber"];
  return /^(-|\*|\*\*|\/|%|&|\||\^|<<|>>|>>>)$/.test(operator) ? ["toNumber"] : [];
}

const MEMBERS: Readonly<Record<UnwrittenCall, string>> = {
  stringify: "stringify toJSON",
  toText: "join toString localeCompare concat padStart padEnd format",
  toNumber: "",
  iterate:
    "from fromEntries groupBy all allSettled any race of entries keys values next toArray apply construct fromAsync",
  iterateAsync: "fromAsync asyncIterator",
  await: "then catch finally resolve all allSettled any race try fromAsync",
  instanceof: "hasInstance",
  listKeys: "",
  match: "test match matchAll replace replaceAll search split exec",
  makeAlike: "map filter slice splice flat flatMap concat subarray then catch finally matchAll split",
  collect: "",
  concat: "concat",
  readStack: "stack captureStackTrace",
  dispose: "dispose asyncDispose use",
};

const OF_MEMBERS = byName(MEMBERS);

/** What a built-in function of that name may call. */
export function unwrittenCallsOfMember(name: string): readonly UnwrittenCall[] {
  return OF_MEMBERS.get(name) ?? [];
}

function byName(table: Readonly<Record<UnwrittenCall, string>>): ReadonlyMap<string, UnwrittenCall[]> {
  const found = new Map<string, UnwrittenCall[]>();
  for (const [call, names] of Object.entries(table) as [UnwrittenCall, string][])
    for (const name of names.split(" ").filter(Boolean)) found.set(name, [...(found.get(name) ?? []), call]);
  return found;
}

const OF_GLOBALS: Readonly<Record<string, readonly UnwrittenCall[]>> = Object.assign(Object.create(null), {
  String: ["toText"],
  Number: ["toNumber"],
  BigInt: ["toNumber"],
  Math: ["toNumber"],
  parseInt: ["toText"],
  parseFloat: ["toText"],
  Promise: ["await"],
  Map: ["iterate", "collect"],
  Set: ["iterate", "collect"],
  WeakMap: ["iterate", "collect"],
  WeakSet: ["iterate", "collect"],
});
