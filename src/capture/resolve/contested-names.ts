import type { FunctionInfo, HostNode } from "../graph/node.js";

/**
 * A declared function finds itself under its own name, and so it does when it is written as an expression. Where the
 * program put something else into that variable, or captured code may, its code must find the variable instead.
 */
export function settleOwnNames(nodes: readonly HostNode[]): void {
  const assigned = new Set(
    nodes.flatMap(({ fn }) => fn?.references.filter((one) => one.assigned).map((one) => one.name) ?? []),
  );
  for (const { fn } of nodes) if (fn) fn.losesOwnName = losesOwnName(fn, assigned);
}

function losesOwnName({ references, source, fn }: FunctionInfo, assigned: ReadonlySet<string>): boolean {
  const own = source.parsed.node.id?.name;
  const reference = !source.parts && own ? references.find((one) => one.name === own) : undefined;
  return reference !== undefined && (reference.value !== fn || assigned.has(reference.name));
}
