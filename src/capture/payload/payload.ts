import { TextDecoder, TextEncoder } from "node:util";
import { VersionError } from "../../errors.js";
import type { Encoded, Entry, HeapReference, Properties } from "./entry.js";

/** Format of function payloads; raised whenever a reader of the old format would get it wrong. */
export const PAYLOAD_VERSION = 4;

/** Code of one script's functions: one compilation. */
export interface Unit {
  file: string;
  strict: boolean;
  code: string;
  /**
   * Where the code comes from, as quadruples in the code's order: line and column in `code`, then line and column in
   * the file, all from 0. Each holds as far as the next; further lines of a function start in the same column in both.
   */
  positions: readonly number[];
}

/** Name of a unit whose code has no file. */
export const NO_FILE = "nodewren-captured";

/** One activation of a scope: which code makes it, inside which other scope, and the values of its variables. */
export interface ScopeEntry<Ref> {
  unit: number;
  /** Index of the scope around it; -1 for the outermost scope of a unit. */
  parent: number;
  maker: number;
  /** The class whose text holds the code that makes it; otherwise the scope around it does. */
  class?: Ref | undefined;
  vars: Encoded<Ref>[];
}

export interface PackageEntry {
  specifier: string;
  importer: string;
  /** How the importer loaded it, which decides the conditions of its `exports`. */
  via: "import" | "require";
}

/** What a worker loads for a captured function. */
export interface CapturedPackage extends PackageEntry {
  exportName?: string;
  /** Whether only the function's code names it, so that it may never be loaded. */
  optional?: boolean;
}

/** `Ref` is what refers to an object: a node when it is written, a place in the heap when it is read. */
export interface Payload<Ref = HeapReference> {
  name: string;
  root: Encoded<Ref>;
  classes: [name: string, encoded: Encoded<Ref>][];
  /** Functions that are called with what the function made, by the names of their options. */
  helpers: [name: string, encoded: Encoded<Ref>][];
  /** In an order in which each entry can be made from those before it; see `rebuild/`. */
  heap: Entry<Ref>[];
  units: Unit[];
  scopes: ScopeEntry<Ref>[];
  packages: readonly PackageEntry[];
  /** Loaded before those, for what loading does. */
  first: readonly PackageEntry[];
  /** What the global object gets before each call. */
  globals: Properties<Ref>;
  blobs: [offset: number, length: number][];
  /** Suffix of every generated name in the code. */
  suffix: string;
}

/** What knows its place in the heap, and is written as that. */
export interface Referred {
  toJSON(): HeapReference;
}

const HEADER_BYTES = 8;
const ALIGNMENT = 8;

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

/** Layout: version byte, 3 zero bytes, u32 length of the JSON, the JSON, then the blobs, each at a multiple of 8. */
export function writePayload(payload: Omit<Payload<Referred>, "blobs">, blobs: readonly Uint8Array[]): Uint8Array {
  let end = 0;
  const table = blobs.map((blob): [number, number] => {
    const start = end;
    end += aligned(blob.length);
    return [start, blob.length];
  });
  const json = new TextEncoder().encode(stringify({ ...payload, blobs: table }));
  const start = aligned(HEADER_BYTES + json.length);
  const bytes = new Uint8Array(start + end);
  bytes[0] = PAYLOAD_VERSION;
  new DataView(bytes.buffer).setUint32(4, json.length, true);
  bytes.set(json, HEADER_BYTES);
  blobs.forEach((blob, index) => {
    bytes.set(blob, start + (table[index]?.[0] ?? 0));
  });
  return bytes;
}

/** A program may have given all arrays or objects a `toJSON`; that must not be asked. */
function stringify(payload: object): string {
  const isAsked = "toJSON" in Array.prototype;
  if (isAsked) for (const one of plainWithin(payload)) Object.defineProperty(one, "toJSON", NOT_ASKED);
  return JSON.stringify(payload);
}

const NOT_ASKED = Object.assign(Object.create(null), { value: undefined, enumerable: false });

/** Arrays and objects of the payload; references to heap entries write themselves. */
function plainWithin(payload: object): Set<object> {
  const found = new Set<object>([payload]);
  for (const one of found) for (const inner of Object.values(one)) if (isPlain(inner)) found.add(inner);
  return found;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const proto = Object.getPrototypeOf(value);
  return proto === Object.prototype || proto === Array.prototype;
}

export function readPayload(bytes: Uint8Array): { payload: Payload; blob: (index: number) => Uint8Array } {
  if (bytes[0] !== PAYLOAD_VERSION) throw new VersionError("The function payload", bytes[0] ?? 0, PAYLOAD_VERSION);
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, true);
  const json = new TextDecoder().decode(bytes.subarray(HEADER_BYTES, HEADER_BYTES + length));
  const payload: Payload = JSON.parse(json);
  const start = aligned(HEADER_BYTES + length);
  const blob = (index: number): Uint8Array => {
    const [offset, size] = payload.blobs[index] as [number, number];
    return bytes.subarray(start + offset, start + offset + size);
  };
  return { payload, blob };
}
