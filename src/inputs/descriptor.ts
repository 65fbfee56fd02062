/** What an item is as data: the form in which it travels. */
import { CodecError } from "../errors.js";
import type { BucketPlace } from "../stores/s3/bucket-objects.js";
import type { ByteRange } from "../stores/store.js";
import {
  type Check,
  hasFields,
  isCount,
  isFlag,
  isListOf,
  isNumber,
  isText,
  orNone,
  wrongField,
} from "../wire/checks.js";

/** How files are cut into parts. */
export type SplitBy = "line" | "bytes" | "csv";

/** A file of the machine that listed it. */
export interface FileOrigin {
  kind: "file";
  /** Absolute. */
  path: string;
  /** Time of its last change, ms. */
  mtimeMs: number;
}

/** An object of a bucket. */
export interface ObjectOrigin {
  kind: "object";
  place: BucketPlace;
  etag: string;
}

/** A file whose bytes were put into the executor's store, in blocks. */
export interface StoredOrigin {
  kind: "stored";
  /** Size of each block but the last one, bytes. */
  blockBytes: number;
  /** SHA-256 of each block, by which its key is known. */
  blocks: readonly string[];
}

export type Origin = FileOrigin | ObjectOrigin | StoredOrigin;

export interface ItemDescriptor {
  /** Path of the file as it was found, or key of the object. */
  key: string;
  /** Of the whole, bytes. */
  size: number;
  /** The part that is meant; undefined: the whole. */
  range: ByteRange | undefined;
  /** A part of lines has those that begin in its range, and not just the range's bytes. */
  by: SplitBy;
  /** Whether what is compressed by gzip is unpacked when it is read. */
  decompress: boolean;
  origin: Origin;
}

const ORIGINS: Record<Origin["kind"], Check> = {
  file: hasFields({ path: isText, mtimeMs: isNumber }),
  object: hasFields({
    place: hasFields({
      bucket: isText,
      region: orNone(isText),
      endpoint: orNone(isText),
      forcePathStyle: isFlag,
      timeoutMs: isCount,
    }),
    etag: isText,
  }),
  stored: hasFields({ blockBytes: (value) => isCount(value) && value !== 0, blocks: isListOf(isText) }),
};

const isOrigin: Check = (value) => {
  const kind = (value as Origin | null)?.kind;
  return kind !== undefined && Object.hasOwn(ORIGINS, kind) && ORIGINS[kind](value);
};

const DESCRIPTOR: Record<keyof ItemDescriptor, Check> = {
  key: isText,
  size: isCount,
  range: orNone(hasFields({ start: isCount, end: isCount })),
  by: (value) => value === "line" || value === "bytes" || value === "csv",
  decompress: isFlag,
  origin: isOrigin,
};

/** Throws `CodecError` for what is no descriptor. */
export function checkDescriptor(value: unknown): ItemDescriptor {
  const wrong = wrongField(value, DESCRIPTOR);
  if (wrong === undefined) return value as ItemDescriptor;
  throw new CodecError("", `Cannot decode: the field ${wrong} of an input item is wrong. Its bytes were damaged.`);
}
