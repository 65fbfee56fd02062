import { types } from "node:util";
import { keysTaken } from "./destructured.js";
import { type SyntaxNode, staticKey } from "./estree.js";

/** How one occurrence of a free name uses it: the static members it goes through, and what happens at their end. */
export interface Use {
  /** `cfg.db.host` has members ["db", "host"]. */
  members: string[];
  /** "call" is `cfg.db.open()`: the last member is called with what is before it as `this`. */
  end: "read" | "call" | "write";
  /** Of a call with one argument that is a string written out: that string. */
  argument?: string;
  /** Whether only this is asked, whether there is something. */
  isTested?: true;
  /** Whether this use can neither change nor pass on a list, Map or Set of primitives. */
  harmless: boolean;
}

/** Whether a use can neither change nor pass on a given list. A Buffer's `slice()` shares its memory. */
export function isHarmlessTo(value: unknown, { harmless, members: [first] }: Use): boolean {
  return harmless && !(first === "slice" && types.isUint8Array(value));
}

/** How an identifier is used; several ways where a pattern takes members of it. `parents` ends with the nearest. */
export function usesOf(node: SyntaxNode, parents: readonly SyntaxNode[]): Use[] {
  const { members, top, index } = memberChain(node, parents);
  const around = parents.slice(0, index + 1);
  const end = endOf(top, around);
  const taken = end === "read" ? keysTaken(top, around) : undefined;
  if (taken)
    return taken.map((key) => ({
      members: [...members, key],
      end,
      harmless: key === "length" && members.length === 0,
    }));
  const argument = end === "call" ? argumentOf(around.at(-1)) : undefined;
  const harmless = isHarmless(members, end, top, around);
  const isTested = end === "read" && isTest(top, around);
  return [{ members, end, harmless, ...(argument !== undefined && { argument }), ...(isTested && { isTested }) }];
}

/** Whether an object is only asked for being there: `config && config.port`, `!config`, `typeof config`. */
function isTest(top: SyntaxNode, parents: readonly SyntaxNode[]): boolean {
  const parent = parents.at(-1);
  switch (parent?.type) {
    case "IfStatement":
    case "ConditionalExpression":
    case "WhileStatement":
      return parent.test === top;
    case "LogicalExpression":
      return (parent.operator === "&&" && parent.left === top) || isTest(parent, parents.slice(0, -1));
    case "UnaryExpression":
      return parent.operator === "!" || parent.operator === "typeof";
    default:
      return false;
  }
}

/** The expression of members around an identifier, as far as its keys are static, and the index of its parent. */
function memberChain(
  node: SyntaxNode,
  parents: readonly SyntaxNode[],
): { members: string[]; top: SyntaxNode; index: number } {
  const members: string[] = [];
  let top = node;
  let index = parents.length - 1;
  for (; index >= 0; index--) {
    const parent = parents[index] as SyntaxNode;
    if (parent.type !== "ChainExpression") {
      const key = memberKey(parent, top);
      if (key === undefined) break;
      members.push(key);
    }
    top = parent;
  }
  return { members, top, index };
}

function argumentOf(call: SyntaxNode | undefined): string | undefined {
  const [given, ...more] = call?.type === "CallExpression" ? call.arguments : [];
  return given?.type === "Literal" && typeof given.value === "string" && more.length === 0 ? given.value : undefined;
}

const READING_METHODS = new Set(
  "at concat entries every filter find findIndex findLast findLastIndex flatMap forEach get has includes indexOf join keys lastIndexOf map reduce reduceRight slice some toString values".split(
    " ",
  ),
);
const SIZES = new Set(["length", "size", "byteLength", "byteOffset"]);
/** Callbacks are given the list itself after the element and index; with reduce, after one value more. */
const OWN_CALLBACK_PARAMS = 2;

function isHarmless(members: string[], end: Use["end"], top: SyntaxNode, parents: readonly SyntaxNode[]): boolean {
  const parent = parents.at(-1);
  const [first = "", second] = members;
  if (end === "write" || !parent) return false;
  if (members.length === 0) return end === "read" && isRead(top, parents);
  if (/^\d+$/.test(first)) return end === "read" || second !== undefined;
  if (SIZES.has(first)) return true;
  return members.length === 1 && end === "call" && READING_METHODS.has(first) && hasOwnCallbacks(parent, first);
}

/**
 * `list[key]`, `for (… of list)` and `...list`. The key may be any, a method's name too, as what it leads to is not
 * called on the list; what `buffer` leads to is the worker's to watch, see `rebuild/memory.ts`.
 */
function isRead(top: SyntaxNode, parents: readonly SyntaxNode[]): boolean {
  const parent = parents.at(-1) as SyntaxNode;
  if (parent.type === "ForOfStatement") return parent.right === top;
  if (parent.type === "SpreadElement") return true;
  if (parent.type !== "MemberExpression" || parent.object !== top || !parent.computed) return false;
  const around = parents.slice(0, parents.at(-2)?.type === "ChainExpression" ? -2 : -1);
  const member = parents[around.length];
  const user = around.at(-1);
  return member !== undefined && user !== undefined && !isCalled(member, user) && !isWritten(member, around);
}

function isCalled(member: SyntaxNode, user: SyntaxNode): boolean {
  if (user.type === "TaggedTemplateExpression") return user.tag === member;
  return (user.type === "CallExpression" || user.type === "NewExpression") && user.callee === member;
}

function hasOwnCallbacks(call: SyntaxNode, method: string): boolean {
  const given = call.type === "CallExpression" ? call.arguments : [];
  const limit = method.startsWith("reduce") ? OWN_CALLBACK_PARAMS + 1 : OWN_CALLBACK_PARAMS;
  return given.every((one) => {
    if (one.type === "Literal" || one.type === "TemplateLiteral") return true;
    if (!TAKES_CALLBACK.test(method)) return one.type !== "SpreadElement";
    const isArrow = one.type === "ArrowFunctionExpression" && one.params.length <= limit;
    if (isArrow) return one.params.every((param) => param.type === "Identifier");
    return method.startsWith("reduce") && /^(ObjectExpression|ArrayExpression|UnaryExpression)$/.test(one.type);
  });
}

const TAKES_CALLBACK = /^(every|filter|find|flatMap|forEach|map|reduce|some)/;

function memberKey(parent: SyntaxNode, object: SyntaxNode): string | undefined {
  if (parent.type !== "MemberExpression" || parent.object !== object) return undefined;
  const { property, computed } = parent;
  if (property.type === "Literal" && !/^(string|number)$/.test(typeof property.value)) return undefined;
  return staticKey(property, computed);
}

/** What happens to the expression `top`; `parents` ends with the nearest. */
function endOf(top: SyntaxNode, parents: readonly SyntaxNode[]): Use["end"] {
  const parent = parents.at(-1);
  if (parent && parent.type !== "NewExpression" && isCalled(top, parent)) return "call";
  return isWritten(top, parents) ? "write" : "read";
}

/** Whether the expression `top` is a target of assignment; `parents` ends with the nearest. */
export function isWritten(top: SyntaxNode, parents: readonly SyntaxNode[]): boolean {
  const parent = parents.at(-1);
  switch (parent?.type) {
    case "AssignmentExpression":
    case "AssignmentPattern":
    case "ForInStatement":
    case "ForOfStatement":
      return parent.left === top;
    case "UpdateExpression":
    case "RestElement":
    case "ArrayPattern":
      return true;
    case "UnaryExpression":
      return parent.operator === "delete";
    case "Property":
      return parent.value === top && parents.at(-2)?.type === "ObjectPattern";
    default:
      return false;
  }
}
