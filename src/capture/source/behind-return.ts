import type { SyntaxNode } from "./estree.js";

/** Whether code can never run, as it stands after the `return` of a block: some packages keep an `eval` there. */
export function isBehindReturn(parents: readonly SyntaxNode[]): boolean {
  return parents.some((parent, at) => {
    // Not within functions that are declared there, which may be called before.
    const place = parent.type === "BlockStatement" ? parent.body.findIndex((one) => one === parents[at + 1]) : -1;
    return place > 0 && parent.type === "BlockStatement" && parent.body.slice(0, place).some(isEnd);
  });
}

function isEnd({ type }: SyntaxNode): boolean {
  return type === "ReturnStatement" || type === "ThrowStatement";
}
