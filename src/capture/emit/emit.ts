import { createHash } from "node:crypto";
import type { Activation } from "../graph/activation.js";
import type { CompleteGraph } from "../graph/complete-graph.js";
import type { GraphEncoded } from "../graph/node.js";
import { type HostNode, infoOf } from "../graph/node.js";
import type { CodePlace, Entry } from "../payload/entry.js";
import { UNDEFINED } from "../payload/entry.js";
import { type ScopeEntry, writePayload } from "../payload/payload.js";
import { type EmittedUnit, emitUnit } from "./code.js";
import { namesFor } from "./names.js";

/** Writes a complete graph as a payload. Equal graphs give equal bytes; nothing of the running program is read. */
export function emit(graph: CompleteGraph): Uint8Array {
  const { name, root, classes, helpers, heap, coded, units, packages, first, blobs, globals } = graph;
  const suffix = suffixFor(coded);
  const emitted = units.map((unit) => emitUnit(unit, namesFor(suffix)));
  const { scopes, places } = numberScopes(emitted);
  const payload = {
    name,
    root,
    classes,
    helpers,
    heap: heap.map((node) => entryOf(node, places.get(node))),
    units: emitted.map(({ unit }) => unit),
    scopes,
    // A copy, as writing may have to hide a toJSON of the program's, and the graph is frozen.
    packages: [...packages],
    first,
    globals,
    suffix,
  };
  return writePayload(payload, blobs);
}

const SUFFIX_DIGITS = 6;

/** A suffix that depends on nothing but the code, so that equal captures give equal bytes, and that no text holds. */
function suffixFor(nodes: readonly HostNode[]): string {
  const hash = createHash("sha256");
  const texts = nodes.map((node) => infoOf(node).source.text);
  for (const text of texts) hash.update(text).update("\0");
  let digest = hash.digest("hex");
  for (;;) {
    const suffix = `_${digest.slice(0, SUFFIX_DIGITS)}`;
    if (!texts.some((text) => text.includes(suffix))) return suffix;
    digest = createHash("sha256").update(digest).digest("hex");
  }
}

function numberScopes(emitted: readonly EmittedUnit[]): {
  scopes: ScopeEntry<HostNode>[];
  places: Map<HostNode, CodePlace>;
} {
  const ids = new Map<object, number>();
  const scopes: ScopeEntry<HostNode>[] = [];
  for (const [unit, { activations }] of emitted.entries()) {
    for (const { activation, maker, names } of activations) {
      const { host } = activation;
      const vars = names.map((name) => encodedIn(activation, name));
      const parent = activation.parent ? (ids.get(activation.parent) as number) : -1;
      ids.set(activation, scopes.push({ unit, parent, maker, ...(host && { class: host }), vars }) - 1);
    }
  }
  const places = new Map<HostNode, CodePlace>();
  for (const one of emitted)
    for (const [node, { activation, index }] of one.places)
      places.set(node, { scope: ids.get(activation) as number, index });
  return { scopes, places };
}

/** A variable that another activation of the scope has, and this one does not, stays undefined. */
function encodedIn({ vars }: Activation, name: string): GraphEncoded {
  const found = vars.get(name);
  return found ? found.encoded : UNDEFINED;
}

/** Where its code is, and what a function is given, is known of the function. */
function entryOf({ entry, fn }: HostNode, place: CodePlace | undefined): Entry<HostNode> {
  if (entry.kind !== "function" && entry.kind !== "class") return entry;
  if (!place || !fn) throw new Error("A function of the graph has no place in its code");
  const { self, args, home, classInfo } = fn;
  if (entry.kind === "function") return { ...entry, ...place, self, arguments: args, home };
  const keys = classInfo && classInfo.keys.size > 0 ? [...classInfo.keys.values()] : undefined;
  return { ...entry, ...place, keys };
}
