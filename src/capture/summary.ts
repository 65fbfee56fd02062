import type { Loose } from "./types.js";
import { variableStep } from "./walk/bindings.js";
import { type HostNode, isNode, pathText, type Step } from "./walk/graph.js";
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
  const add = ({ step, value, encoded }: Held): void => {
    const target = walker.known(value);
    const path = pathText(target?.step ?? step).trim();
    if (path !== "" && !variables.has(path))
      variables.set(path, { path, kind: kindOf(value, target), bytes: sizeOf(encoded, target) });
  };
  for (const node of walker.nodes) {
    if (node.fn?.script?.url) modules.add(node.fn.script.url);
    for (const held of heldBy(node)) add(held);
  }
  const functions = walker.nodes.filter(({ fn }) => fn).length;
  return { variables: [...variables.values()], functions, modules: [...modules], packages: [...packages], bytes: 0 };
}

interface Held {
  step: Step;
  value: unknown;
  encoded: Loose;
}

/** A function's variables; what the function around it gave it, or the shipped one was bound to. */
function heldBy({ fn, step, data }: HostNode): Held[] {
  const variables = (fn?.references ?? []).map(({ name, value, encoded }) => {
    return { step: variableStep(step, name), value, encoded };
  });
  const isShipped = step.text === "" && !step.from;
  const given: Loose[] = data.k === "bound" && isShipped ? [data.self, ...data.args] : [fn?.self, fn?.args];
  const objects = given.filter((one) => isNode(one) && !isShared(one));
  return [...variables, ...objects.map((encoded) => ({ step: encoded.step, value: encoded.value, encoded }))];
}

/** By reference: the worker has its own. */
function isShared({ data }: HostNode): boolean {
  return /^(g|pkg|ref|req)$/.test(data.k);
}

function kindOf(value: unknown, node: HostNode | undefined): string {
  return node ? (KINDS[node.data.k] ?? "object") : value === null ? "null" : typeof value;
}

const REFERENCE_BYTES = 8;

/** Bytes that a value and everything it alone holds take, near enough to compare variables. */
function sizeOf(encoded: Loose, node: HostNode | undefined): number {
  const seen = new Set<object>();
  const pending: Loose[] = [node ?? encoded];
  let bytes = 0;
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === "string") bytes += Buffer.byteLength(next);
    else if (typeof next !== "object" || next === null) bytes += REFERENCE_BYTES;
    else if (!seen.has(next)) {
      seen.add(next);
      bytes += next.bytes ?? 0;
      for (const inner of partsOf(next)) {
        if (typeof inner === "number") bytes += REFERENCE_BYTES;
        else if (inner !== undefined) pending.push(inner);
      }
    }
  }
  return bytes;
}

function partsOf(one: HostNode | Loose[]): Loose[] {
  if (Array.isArray(one)) return one;
  // Properties of an object that is needed in part are put into its data later.
  return [
    ...Object.values((one.data as object | undefined) ?? {}),
    ...(one.whole ? [] : (one.partial?.values() ?? [])),
  ];
}
