import type * as acorn from "acorn";

/** Any node of a syntax tree; `type` tells which. */
export type SyntaxNode = acorn.AnyNode;

/** A function in any of its forms; methods hold one as their value. */
export type FunctionNode =
  | acorn.ArrowFunctionExpression
  | acorn.FunctionExpression
  | acorn.FunctionDeclaration
  | acorn.AnonymousFunctionDeclaration;

export type ClassNode = acorn.ClassExpression | acorn.ClassDeclaration | acorn.AnonymousClassDeclaration;

export type ClassElementNode = acorn.ClassBody["body"][number];

/** What a function's text is when it is a method's: a property of an object literal, or an element of a class. */
export type MethodNode = (acorn.Property & { value: acorn.FunctionExpression }) | acorn.MethodDefinition;

/** What stands for a key in a literal, a pattern, a class or behind a dot. */
export type KeyNode = acorn.Expression | acorn.PrivateIdentifier;

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** The first direct child of a node that is wanted, in the order of the node's fields. */
export function findChild(node: SyntaxNode, isWanted: (child: SyntaxNode) => boolean): SyntaxNode | undefined {
  // Trees have millions of fields: a list of those of each node would take longer than to look at them.
  for (const key in node) {
    const field: unknown = node[key as keyof SyntaxNode];
    if (typeof field !== "object" || field === null) continue;
    if (Array.isArray(field)) {
      for (const item of field) if (isNode(item) && isWanted(item)) return item;
    } else if (isNode(field) && isWanted(field)) return field;
  }
  return undefined;
}

/** The direct child of a node that an offset lies in. */
export function childAt(node: SyntaxNode, offset: number): SyntaxNode | undefined {
  for (const field of Object.values(node) as unknown[]) {
    const child = Array.isArray(field) ? itemAt(field, offset) : field;
    if (isNode(child) && child.start <= offset && offset < child.end) return child;
  }
  return undefined;
}

/** Lists are in the order of the text, and long in large scripts; patterns have holes in theirs. */
function itemAt(items: readonly unknown[], offset: number): unknown {
  if (items.includes(null)) return items.find((one) => isNode(one) && one.start <= offset && offset < one.end);
  let [from, to] = [0, items.length - 1];
  while (from < to) {
    const middle = Math.ceil((from + to) / 2);
    if ((items[middle] as SyntaxNode).start <= offset) from = middle;
    else to = middle - 1;
  }
  return items[from];
}

/** Calls `visit` for each direct child of a node. */
export function eachChild(node: SyntaxNode, visit: (child: SyntaxNode) => void): void {
  findChild(node, (child) => {
    visit(child);
    return false;
  });
}

export function isFunctionNode(node: SyntaxNode): node is FunctionNode {
  const { type } = node;
  return type === "ArrowFunctionExpression" || type === "FunctionExpression" || type === "FunctionDeclaration";
}

/** A loop whose head declares variables of the loop's own, or may. */
export type HeadedLoop = acorn.ForStatement | acorn.ForInStatement | acorn.ForOfStatement;

export function isHeadedLoop(node: SyntaxNode): node is HeadedLoop {
  return /^For(In|Of)?Statement$/.test(node.type);
}

/** What stands first in a loop's head, as a list of one; empty when nothing does. */
export function headOf(loop: HeadedLoop): SyntaxNode[] {
  const first = loop.type === "ForStatement" ? loop.init : loop.left;
  return first ? [first] : [];
}

/** Whether a node is that name, and not a string or private name of the same text. */
export function isIdentifier(node: SyntaxNode | null | undefined, name: string): boolean {
  return node?.type === "Identifier" && node.name === name;
}

export function isDirective(node: SyntaxNode): node is acorn.ExpressionStatement & { directive: string } {
  return node.type === "ExpressionStatement" && node.directive !== undefined;
}

export function isClassElement(node: SyntaxNode | undefined): node is ClassElementNode {
  return node !== undefined && /^(MethodDefinition|PropertyDefinition|StaticBlock)$/.test(node.type);
}

export function isClassNode(node: SyntaxNode): node is ClassNode {
  return node.type === "ClassDeclaration" || node.type === "ClassExpression";
}

/** The text of a literal, or of a template without gaps. */
export function literalOf(node: SyntaxNode | undefined): string | undefined {
  if (node?.type === "TemplateLiteral" && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked ?? undefined;
  return node?.type === "Literal" ? String(node.value) : undefined;
}

/** The property key that a key's text tells: undefined for a private name, and for a computed key that is no literal. */
export function staticKey(key: KeyNode, computed: boolean): string | undefined {
  if (key.type === "Identifier") return computed ? undefined : key.name;
  return key.type === "Literal" ? String(key.value) : undefined;
}

/** The name that a key gives to a function behind it, for a key that is not computed. */
export function textOfKey(key: KeyNode): string {
  return key.type === "PrivateIdentifier" ? `#${key.name}` : String(staticKey(key, false));
}

/** The name of a private element of a class, without its `#`; undefined for a public element. */
export function privateName(element: ClassElementNode): string | undefined {
  return element.type !== "StaticBlock" && element.key.type === "PrivateIdentifier" ? element.key.name : undefined;
}
