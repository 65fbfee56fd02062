import { types } from "node:util";
import { keysTaken } from "./destructured.js";
import type { SyntaxNode } from "./estree.js";

/** How one occurrence of a free name uses it: the static members it goes through, and what happens at their end. */
export interface Use {
  /** `cfg.db.host` has members ["db", "host"]. */
  members: string[];
  /** "call" is `cfg.db.open()`: the last member is called with what is before it as `this`. */
  end: "read" | "call" | "write";
  /** Of a call with one argument that is a string written out: that string. */
  argument?: string;
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
  const end = endOf(top, parents[index]);
  const taken = end === "read" ? keysTaken(top, parents.slice(0, index + 1)) : undefined;
  if (taken)
    return taken.map((key) => ({
      members: [...members, key],
      end,
      harmless: key === "length" && members.length === 0,
    }));
  const argument = end === "call" ? argumentOf(parents[index] as SyntaxNode) : undefined;
  const harmless = isHarmless(members, end, top, parents.slice(0, index + 1));
  return [{ members, end, harmless, ...(argument !== undefined && { argument }) }];
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

function argumentOf({ arguments: given }: SyntaxNode): string | undefined {
  return given?.length === 1 && typeof given[0].value === "string" ? given[0].value : undefined;
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
  const isChain = parents.at(-2)?.type === "ChainExpression";
  const [member, user] = isChain ? [parents.at(-2), parents.at(-3)] : [parent, parents.at(-2)];
  return member !== undefined && user !== undefined && !isCalled(member, user) && !isWritten(member, user);
}

function isCalled(member: SyntaxNode, user: SyntaxNode): boolean {
  return /^(Call|New)Expression$|^TaggedTemplate/.test(user.type) && (user.callee ?? user.tag) === member;
}

function hasOwnCallbacks(call: SyntaxNode, method: string): boolean {
  const limit = method.startsWith("reduce") ? OWN_CALLBACK_PARAMS + 1 : OWN_CALLBACK_PARAMS;
  return (call.arguments ?? []).every((one: SyntaxNode) => {
    if (one.type === "Literal" || one.type === "TemplateLiteral") return true;
    if (!TAKES_CALLBACK.test(method)) return one.type !== "SpreadElement";
    const isArrow = one.type === "ArrowFunctionExpression" && one.params.length <= limit;
    if (isArrow) return one.params.every((param: SyntaxNode) => param.type === "Identifier");
    return method.startsWith("reduce") && /^(ObjectExpression|ArrayExpression|UnaryExpression)$/.test(one.type);
  });
}

const TAKES_CALLBACK = /^(every|filter|find|flatMap|forEach|map|reduce|some)/;

function memberKey(parent: SyntaxNode, object: SyntaxNode): string | undefined {
  if (parent.type !== "MemberExpression" || parent.object !== object) return undefined;
  if (parent.property.type === "PrivateIdentifier") return undefined;
  if (!parent.computed) return parent.property.name;
  const { property } = parent;
  return property.type === "Literal" && /^(string|number)$/.test(typeof property.value)
    ? String(property.value)
    : undefined;
}

function endOf(top: SyntaxNode, parent: SyntaxNode | undefined): Use["end"] {
  if (!parent) return "read";
  const { type } = parent;
  if (
    (type === "CallExpression" && parent.callee === top) ||
    (type === "TaggedTemplateExpression" && parent.tag === top)
  )
    return "call";
  return isWritten(top, parent) ? "write" : "read";
}

/** Whether the expression `top` is a target of assignment in `parent`. */
export function isWritten(top: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (!parent) return false;
  switch (parent.type) {
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
      return parent.inPattern === true && parent.value === top;
    default:
      return false;
  }
}
