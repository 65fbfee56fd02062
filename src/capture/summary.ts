import type { HostNode } from "./walk/graph.js";
import { pathText } from "./walk/graph.js";
import { packagesOf } from "./walk/packages.js";
import type { Walker } from "./walk/walker.js";

export interface CapturedVariable {
  path: string;
  kind: string;
  bytes: number;
}

/** What a capture holds, for people to read. */
export interface CaptureSummary {
  variables: CapturedVariable[];
  functions: number;
  /** URLs of the scripts whose code travels. */
  modules: string[];
  packages: string[];
  bytes: number;
}

const KINDS: Record<string, string> = {
  arr: "array",
  obj: "object",
  map: "Map",
  set: "Set",
  date: "Date",
  re: "RegExp",
  box: "wrapper",
  err: "error",
  buf: "ArrayBuffer",
  view: "typed array",
  fn: "function",
  cls: "class",
  el: "method",
  pro: "prototype",
  bound: "bound function",
  proxy: "proxy",
  g: "built-in",
  pkg: "package",
  ref: "reference",
  req: "require",
  made: "object",
  args: "arguments",
  sym: "symbol",
};

export function summarise(walker: Walker): CaptureSummary {
  const variables = new Map<string, CapturedVariable>();
  const modules = new Set<string>();
  const packages = new Set(packagesOf(walker).map(({ specifier }) => specifier));
  let functions = 0;
  for (const node of walker.nodes) {
    if (!node.fn) continue;
    functions++;
    if (node.fn.script?.url) modules.add(node.fn.script.url);
    for (const { name, value, encoded } of node.fn.references) {
      const target = walker.known(value);
      const path = target ? pathText(target.step) : `${pathText(node.step)}${node.step.text ? " -> " : ""}${name}`;
      if (!variables.has(path))
        variables.set(path, { path, kind: kindOf(value, target), bytes: sizeOf(encoded, target) });
    }
  }
  return { variables: [...variables.values()], functions, modules: [...modules], packages: [...packages], bytes: 0 };
}

function kindOf(value: unknown, node: HostNode | undefined): string {
  return node ? (KINDS[node.data.k] ?? "object") : value === null ? "null" : typeof value;
}

const REFERENCE_BYTES = 8;

/** Bytes that a value and everything it alone holds take, near enough to compare variables. */
function sizeOf(encoded: unknown, node: HostNode | undefined): number {
  if (!node) return typeof encoded === "string" ? encoded.length : REFERENCE_BYTES;
  const seen = new Set<object>();
  const pending: unknown[] = [node];
  let bytes = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === "string") bytes += next.length;
    else if (typeof next !== "object" || next === null) bytes += REFERENCE_BYTES;
    else if (!seen.has(next)) {
      seen.add(next);
      bytes += (next as HostNode).bytes ?? 0;
      for (const inner of partsOf(next)) {
        if (typeof inner === "number") bytes += REFERENCE_BYTES;
        else if (inner !== undefined) pending.push(inner);
      }
    }
  }
  return bytes;
}

function partsOf(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const { data } = value as HostNode;
  return data ? Object.values(data) : [];
}
