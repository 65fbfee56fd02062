/**
 * A text that two processes write alike when, and only when, two values are equal: types, prototypes, descriptors,
 * order of keys, -0 and NaN, symbols, identity and cycles. Objects are numbered in order of discovery.
 */
import { types } from "node:util";
import { intrinsicName } from "./intrinsics.js";

/** Stack traces name files and lines of this process. */
const SKIPPED_ON_ERRORS = new Set(["stack"]);

export function describe(root) {
  const graph = { ids: new Map(), queue: [], symbols: new Map() };
  const lines = [reference(root, graph)];
  for (let at = 0; at < graph.queue.length; at++) lines.push(`#${at} ${node(graph.queue[at], graph)}`);
  return lines.join("\n");
}

function reference(value, graph) {
  if (value === null) return "null";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "symbol") return symbol(value, graph);
  if (typeof value !== "object" && typeof value !== "function") return String(value);
  const known = intrinsicName(value);
  if (known) return `%${known}%`;
  if (!graph.ids.has(value)) {
    graph.ids.set(value, graph.queue.length);
    graph.queue.push(value);
  }
  return `#${graph.ids.get(value)}`;
}

function symbol(value, graph) {
  const registered = Symbol.keyFor(value);
  if (registered !== undefined) return `Symbol.for(${JSON.stringify(registered)})`;
  const wellKnown = Reflect.ownKeys(Symbol).find((key) => Symbol[key] === value);
  if (wellKnown) return `Symbol.${String(wellKnown)}`;
  if (!graph.symbols.has(value)) graph.symbols.set(value, graph.symbols.size);
  return `Symbol#${graph.symbols.get(value)}(${JSON.stringify(value.description)})`;
}

function node(value, graph) {
  if (types.isProxy(value)) return `proxy of a ${typeof value}`;
  const [kind, content, skipped] = special(value, graph);
  const prototype = reference(Object.getPrototypeOf(value), graph);
  const flags = Object.isExtensible(value) ? "" : " not-extensible";
  return `${kind} proto=${prototype}${flags} ${content}{${properties(value, graph, skipped)}}`;
}

function properties(value, graph, skipped) {
  const kept = Reflect.ownKeys(value).filter((key) => !skipped?.(key));
  return kept.map((key) => property(key, Object.getOwnPropertyDescriptor(value, key), graph)).join(", ");
}

function property(key, descriptor, graph) {
  const name = typeof key === "symbol" ? `[${symbol(key, graph)}]` : JSON.stringify(key);
  const flags = ["enumerable", "configurable"].map((flag) => (descriptor[flag] ? "" : `!${flag[0]}`)).join("");
  if ("value" in descriptor) {
    return `${name}${flags}${descriptor.writable ? "" : "!w"}: ${reference(descriptor.value, graph)}`;
  }
  return `${name}${flags}: get ${reference(descriptor.get, graph)} set ${reference(descriptor.set, graph)}`;
}

/** [kind, content, predicate of own keys that the content already covers]. */
function special(value, graph) {
  if (typeof value === "function") return [functionKind(value), ""];
  if (types.isMap(value))
    return [
      "Map",
      `(${[...Map.prototype.entries.call(value)].map((pair) => pair.map((x) => reference(x, graph)).join(" => ")).join(", ")}) `,
    ];
  if (types.isSet(value))
    return ["Set", `(${[...Set.prototype.values.call(value)].map((x) => reference(x, graph)).join(", ")}) `];
  if (types.isDate(value)) return ["Date", `(${Date.prototype.getTime.call(value)}) `];
  if (types.isRegExp(value))
    return [
      "RegExp",
      `(${String(Object.getOwnPropertyDescriptor(RegExp.prototype, "source").get.call(value))} ${value.flags}) `,
    ];
  if (types.isNativeError(value)) return ["Error", "", (key) => SKIPPED_ON_ERRORS.has(key)];
  if (types.isAnyArrayBuffer(value))
    return ["ArrayBuffer", `(${hex(new Uint8Array(value))} max ${value.maxByteLength ?? value.byteLength}) `];
  if (ArrayBuffer.isView(value)) return view(value, graph);
  if (types.isBoxedPrimitive(value))
    return [
      "Boxed",
      `(${boxed(value, graph)}) `,
      (key) => types.isStringObject(value) && (key === "length" || isIndex(key)),
    ];
  if (types.isArgumentsObject(value)) return ["Arguments", ""];
  if (value instanceof URL || value instanceof URLSearchParams)
    return ["URL", `(${String(value)}) `, (key) => typeof key === "symbol"];
  if (types.isPromise(value)) return ["Promise", ""];
  return [Array.isArray(value) ? "Array" : "Object", ""];
}

function functionKind(value) {
  if (/^class\b/.test(Function.prototype.toString.call(value))) return "class";
  const async = types.isAsyncFunction(value) ? "async " : "";
  return `${async}function${types.isGeneratorFunction(value) ? "*" : ""}`;
}

/** Buffers sit anywhere in a pool; every other view shows where in its buffer it lies. */
function view(value, graph) {
  const kind = types.isDataView(value) ? "DataView" : value[Symbol.toStringTag];
  if (Buffer.isBuffer(value)) return ["Buffer", `(${hex(value)}) `, isIndex];
  const place = `${reference(value.buffer, graph)} at ${value.byteOffset}, ${value.byteLength} bytes`;
  return [kind, `(${place}) `, isIndex];
}

const isIndex = (key) => typeof key === "string" && /^(0|[1-9]\d*)$/.test(key);
const hex = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");

function boxed(value, graph) {
  for (const Kind of [Number, String, Boolean, Symbol, BigInt]) {
    try {
      return reference(Kind.prototype.valueOf.call(value), graph);
    } catch {}
  }
  return "?";
}
