import type { Graph } from "../graph/context.js";
import type { GraphEncoded, GraphEntry } from "../graph/node.js";
import { type HostNode, isNode } from "../graph/node.js";
import { pathText, type Step } from "../graph/path.js";
import { eachEncoded } from "../graph/references.js";
import { variableStep } from "../graph/variable.js";
import { isSharedKind, type PropertyValue } from "../payload/entry.js";
import type { CapturedPackage } from "../payload/payload.js";
import { flagged } from "../payload/properties.js";

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

/** What people call the kinds whose names alone would not tell them; other kinds are called by their names. */
const KINDS: Partial<Record<GraphEntry["kind"], string>> = {
  map: "Map",
  set: "Set",
  weakMap: "WeakMap",
  weakSet: "WeakSet",
  date: "Date",
  regexp: "RegExp",
  buffer: "ArrayBuffer",
  view: "typed array",
  element: "method",
  inner: "function",
  bound: "bound function",
  builtin: "built-in",
  constructed: "object",
  called: "object",
  searchParams: "object",
  task: "object",
  partlyLoaded: "require",
};

export function summarise(graph: Graph, loaded: readonly CapturedPackage[]): CaptureSummary {
  const variables = new Map<string, CapturedVariable>();
  const modules = new Set<string>();
  const packages = new Set(loaded.map(({ specifier }) => specifier));
  const add = ({ step, value, encoded }: Held): void => {
    const target = graph.known(value);
    const path = pathText(target?.step ?? step).trim();
    if (path !== "" && !variables.has(path))
      variables.set(path, { path, kind: kindOf(value, target), bytes: sizeOf(encoded, target) });
  };
  for (const node of graph.nodes) {
    if (node.fn?.script?.url) modules.add(node.fn.script.url);
    for (const held of heldBy(node)) add(held);
  }
  for (const { step, value, property } of graph.globals.values())
    add({ step, value, encoded: heldByProperty(property) });
  const functions = graph.nodes.filter(({ fn }) => fn).length;
  return { variables: [...variables.values()], functions, modules: [...modules], packages: [...packages], bytes: 0 };
}

/** Of a property with a value, as all captured globals are. */
function heldByProperty(property: PropertyValue<HostNode>): GraphEncoded {
  const own = flagged(property);
  return own ? own[2] : (property as GraphEncoded);
}

interface Held {
  step: Step;
  value: unknown;
  encoded: GraphEncoded;
}

/** A function's variables; what the function around it gave it, or the shipped one was bound to. */
function heldBy({ fn, step, entry }: HostNode): Held[] {
  const variables = (fn?.references ?? []).map(({ name, value, encoded }) => {
    return { step: variableStep(step, name), value, encoded };
  });
  const isShipped = step.text === "" && !step.from;
  const given = entry.kind === "bound" && isShipped ? [entry.self, ...entry.arguments] : [fn?.self, fn?.args];
  const objects = given.filter(isNode).filter((one) => !isShared(one));
  return [...variables, ...objects.map((encoded) => ({ step: encoded.step, value: encoded.value, encoded }))];
}

/** By reference: the worker has its own. */
function isShared({ entry }: HostNode): boolean {
  return isSharedKind(entry) && entry.kind !== "symbol";
}

function kindOf(value: unknown, node: HostNode | undefined): string {
  return node ? (KINDS[node.entry.kind] ?? node.entry.kind) : value === null ? "null" : typeof value;
}

const REFERENCE_BYTES = 8;

/** Bytes that a value and everything it alone holds take, near enough to compare variables. */
function sizeOf(encoded: GraphEncoded, node: HostNode | undefined): number {
  const seen = new Set<HostNode>();
  const pending: HostNode[] = [];
  let bytes = 0;
  const count = (one: GraphEncoded | readonly ["hole"]): void => {
    if (typeof one === "string") bytes += Buffer.byteLength(one);
    else bytes += REFERENCE_BYTES;
    if (isNode(one)) pending.push(one);
  };
  count(node ?? encoded);
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    bytes += next.bytes;
    eachEncoded(next.entry, count);
  }
  return bytes;
}
