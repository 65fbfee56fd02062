/** What captured code reads that may be something else the next time: so its results are no function of its inputs alone. */
import crypto from "node:crypto";
import process from "node:process";
import type { Graph } from "../graph/context.js";
import type { FunctionInfo, HostNode } from "../graph/node.js";
import { isStandardGlobal } from "../identity/globals.js";
import { isObject } from "../is-object.js";
import { eachChild, isClassNode, type SyntaxNode } from "../source/estree.js";
import { staticKey, touchesOf } from "../source/touches.js";
import { valueOfMember, valueOfName } from "../walk/builtins/value-of-name.js";

export interface Reads {
  /** As people write them, such as `Date.now`. */
  clock: readonly string[];
  random: readonly string[];
  /** Positions of those parameters by which the shipped function may get at its call's index, as a member `index`. */
  index: readonly number[];
}

/** Names of globals, and what they are. */
const KINDS = new Map<string, "clock" | "random">([
  ["Date.now", "clock"],
  ["new Date", "clock"],
  ["performance.now", "clock"],
  ["process.hrtime", "clock"],
  ["process.hrtime.bigint", "clock"],
  ["process.uptime", "clock"],
  ["Math.random", "random"],
  ["crypto.randomUUID", "random"],
  ["crypto.getRandomValues", "random"],
  ["crypto.randomBytes", "random"],
  ["crypto.randomFill", "random"],
  ["crypto.randomFillSync", "random"],
  ["crypto.randomInt", "random"],
]);

/** The same as values, for code that has them from elsewhere, such as by `import { randomInt } from "node:crypto"`. */
const NAMES = new Map<unknown, string>([
  [Date.now, "Date.now"],
  [Math.random, "Math.random"],
  [process.hrtime, "process.hrtime"],
  [process.uptime, "process.uptime"],
  [crypto.randomUUID, "crypto.randomUUID"],
  [crypto.randomBytes, "crypto.randomBytes"],
  [crypto.randomFill, "crypto.randomFill"],
  [crypto.randomFillSync, "crypto.randomFillSync"],
  [crypto.randomInt, "crypto.randomInt"],
]);

export function readsOf({ nodes }: Graph): Reads {
  const names = new Set<string>();
  for (const { fn, value } of nodes) {
    for (const name of fn ? namesIn(fn) : []) names.add(name);
    const name = NAMES.get(value);
    if (name !== undefined) names.add(name);
  }
  const sorted = [...names].sort();
  const ofKind = (kind: string) => sorted.filter((name) => KINDS.get(name) === kind);
  return { clock: ofKind("clock"), random: ofKind("random"), index: indexOf(nodes[0]) };
}

function namesIn(info: FunctionInfo): string[] {
  const found = touchesOf(info.source).touches.flatMap(({ root, path }) =>
    path.map((_, i) => nameOf(info, root, path.slice(0, i + 1)) ?? ""),
  );
  if (isGlobal(info, "Date") && makesDate(info.source.parsed.node)) found.push("new Date");
  return found.filter((name) => KINDS.has(name));
}

function nameOf(info: FunctionInfo, root: string, path: readonly string[]): string | undefined {
  const text = [root, ...path].join(".").replace(/^globalThis\./, "");
  if (KINDS.has(text) && isGlobal(info, root)) return text;
  let at = valueOfName(info, root);
  for (const step of path) at = isObject(at) ? valueOfMember(at, step) : undefined;
  return NAMES.get(at);
}

/** Not a variable of the same name. */
function isGlobal({ references, source }: FunctionInfo, name: string): boolean {
  return isStandardGlobal(name) && source.analysis.free.has(name) && !references.some((one) => one.name === name);
}

/** `new Date()` and `Date()`, which tell the time. */
function makesDate(node: SyntaxNode): boolean {
  if (node.type === "NewExpression" || node.type === "CallExpression") {
    const isDate = node.callee.type === "Identifier" && node.callee.name === "Date";
    if (isDate && (node.type === "CallExpression" || node.arguments.length === 0)) return true;
  }
  let found = false;
  eachChild(node, (child) => {
    found ||= makesDate(child);
  });
  return found;
}

/** Positions at which a worker gives a context: behind the input, or behind the two values that are folded. */
const CONTEXTS = [1, 2];

/** Where the code does not tell, it may. */
function indexOf(root: HostNode | undefined): number[] {
  const { fn, value } = root ?? {};
  if (!fn) return CONTEXTS.filter((at) => typeof value === "function" && value.length > at);
  return CONTEXTS.filter((at) => mayReadIndex(fn, at));
}

function mayReadIndex({ source: { parsed, analysis } }: FunctionInfo, at: number): boolean {
  const { node } = parsed;
  if (isClassNode(node) || analysis.usesArguments || analysis.directEval) return true;
  const { params } = node;
  const last = params.at(-1);
  if (last?.type === "RestElement" && params.length - 1 <= at) return true;
  const given = params[at];
  if (!given) return false;
  const pattern = given.type === "AssignmentPattern" ? given.left : given;
  if (pattern.type === "ObjectPattern")
    return pattern.properties.some(
      (one) => one.type === "RestElement" || one.computed || (one.key as { name?: unknown }).name === "index",
    );
  return pattern.type !== "Identifier" || isUsedWhole(node, pattern.name);
}

/** Whether anything but a member other than `index` is asked of what has that name. */
function isUsedWhole(node: SyntaxNode, name: string): boolean {
  let found = false;
  const visit = (child: SyntaxNode): void => {
    if (child.type === "MemberExpression" && child.object.type === "Identifier" && child.object.name === name) {
      const key = staticKey(child);
      if (key === undefined || key === "index") found = true;
      if (child.computed) visit(child.property);
    } else if (child.type === "MemberExpression" && !child.computed) visit(child.object);
    else if (child.type === "Property" && !child.computed) visit(child.value);
    else if (child.type === "Identifier" && child.name === name) found = true;
    else eachChild(child, visit);
  };
  if ("params" in node) for (const one of node.params) if (!isNamed(one, name)) visit(one);
  if ("body" in node) visit(node.body as SyntaxNode);
  return found;
}

function isNamed(node: SyntaxNode, name: string): boolean {
  return node.type === "Identifier" && node.name === name;
}
