import type { SyntaxNode } from "./estree.js";

/** How one occurrence of a free name uses it: the static members it goes through, and what happens at their end. */
export interface Use {
  /** `cfg.db.host` has members ["db", "host"]. */
  members: string[];
  /** "call" is `cfg.db.open()`: the last member is called with what is before it as `this`. */
  end: "read" | "call" | "write";
}

/** The expression of members around an identifier, as far as its keys are static. `parents` ends with the nearest. */
export function useOf(node: SyntaxNode, parents: readonly SyntaxNode[]): Use {
  const members: string[] = [];
  let top = node;
  let index = parents.length - 1;
  for (; index >= 0; index--) {
    const parent = parents[index] as SyntaxNode;
    if (parent.type === "ChainExpression") top = parent;
    else {
      const key = memberKey(parent, top);
      if (key === undefined) break;
      members.push(key);
      top = parent;
    }
  }
  return { members, end: endOf(top, parents[index]) };
}

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
