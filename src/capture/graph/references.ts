import type { PropertyValue } from "../payload/entry.js";
import { eachProperty, flagged } from "../payload/properties.js";
import { type GraphEncoded, type GraphEntry, type HostNode, isNode } from "./node.js";

/** Calls `visit` for everything encoded that an entry is made of and holds; not for what a function's info tells. */
export function eachEncoded(entry: GraphEntry, visit: (encoded: GraphEncoded | readonly ["hole"]) => void): void {
  eachProperty(entry.properties, (key, value) => {
    visit(key);
    for (const one of valuesOf(value)) visit(one);
  });
  if (entry.latePrototype !== undefined) visit(entry.latePrototype);
  for (const key of entry.dropped ?? []) visit(key);
  for (const stamp of entry.stamps ?? []) visit(stamp.class);
  for (const { class: owner, values } of entry.privates ?? []) {
    visit(owner);
    for (const [, value] of values) visit(value);
  }
  for (const part of partsOf(entry)) if (part !== undefined) visit(part);
}

function valuesOf(value: PropertyValue<HostNode>): readonly GraphEncoded[] {
  const own = flagged(value);
  if (!own) return [value as GraphEncoded];
  return own[0] === "data" ? [own[2]] : [own[2], own[3]];
}

/** What makes its kind. */
function partsOf(entry: GraphEntry): readonly (GraphEncoded | readonly ["hole"] | undefined)[] {
  switch (entry.kind) {
    case "object":
      return [entry.prototype];
    case "array":
      return entry.elements ?? [];
    case "map":
    case "weakMap":
      return entry.entries;
    case "set":
    case "weakSet":
      return entry.values;
    case "date":
      return [entry.time];
    case "regexp":
      return [entry.source, entry.lastIndex];
    case "wrapper":
      return [entry.value];
    case "view":
      return [entry.buffer];
    case "bound":
      return [entry.target, entry.self, ...entry.arguments];
    case "proxy":
      return [entry.target, entry.handler];
    case "constructed":
    case "called":
      return [entry.maker, ...entry.arguments];
    case "partlyLoaded":
      return [entry.others, ...entry.loaded, entry.files?.exports];
    case "searchParams":
      return [entry.url];
    case "prototype":
      return [entry.function];
    case "element":
      return [entry.class, entry.key];
    case "inner":
      return [entry.class, entry.self, ...(entry.passed ?? [])];
    case "class":
      return [entry.heritage];
    case "symbol":
      return entry.from === "program" ? [entry.description] : [];
    default:
      return [];
  }
}

/** The nodes that an entry refers to. */
export function nodesIn(entry: GraphEntry): HostNode[] {
  const found: HostNode[] = [];
  eachEncoded(entry, (one) => {
    if (isNode(one)) found.push(one);
  });
  return found;
}
