import { CodecError, NodewrenError, VersionError } from "../errors.js";
import { textOf } from "../util/describe-value.js";
import { isInstance } from "../util/is-instance.js";
import type { ClassRegistry } from "./classes.js";
import { readBuffers } from "./decode/buffers.js";
import { ByteReader } from "./decode/byte-reader.js";
import { ValueDecoder } from "./decode/decoder.js";
import { ValueEncoder } from "./encode/encoder.js";
import { type OmitListener, OmittingEncoder } from "./encode/omitting-encoder.js";
import { Trail } from "./encode/path.js";
import { Refusal } from "./encode/refuse.js";
import { Malformed } from "./malformed.js";
import { FORMAT_VERSION, HAS_BUFFERS } from "./tags.js";

export interface EncodeOptions {
  /** Name of the root in error paths, such as `"inputs[3]"`; a function is called only on an error. Default: "value". */
  root?: string | (() => string);
  /** Classes whose instances may travel. Default: none. */
  classes?: ClassRegistry | undefined;
  /** Rewrites the stack of each error. */
  mapStack?: ((stack: string) => string) | undefined;
}

export interface DecodeOptions {
  /** Classes whose instances may be met, under the names used when encoding. Default: none. */
  classes?: ClassRegistry | undefined;
  /** Rewrites the stack of each error. */
  mapStack?: ((stack: string) => string) | undefined;
}

/** Not in use by a call; a hook that encodes meanwhile gets another. */
let spare: ValueEncoder | undefined;

/**
 * Turns a value into bytes that `decode` turns into an equal value, on any supported version of Node. Getters are not
 * run, but those by which an error's class gives its name, message, stack or cause. Throws CodecError, with the path to
 * the value, for what cannot travel: nothing is left out silently.
 */
export function encode(value: unknown, options?: EncodeOptions): Uint8Array {
  const encoder = spare ?? new ValueEncoder();
  spare = undefined;
  try {
    configure(encoder, options);
    return encoder.encode(value);
  } catch (thrown) {
    throw explain(value, options, thrown);
  } finally {
    encoder.reset();
    spare = encoder;
  }
}

function configure(encoder: ValueEncoder, options: EncodeOptions | undefined): void {
  encoder.classes = options?.classes;
  if (options?.mapStack) encoder.mapStack = options.mapStack;
}

/**
 * As `encode`, but leaves out what cannot travel, and tells of each such value: the steps to it from the root, and why. A
 * property, an entry or a member is not there then; an element, or the whole, is undefined. Runs the accessors of errors,
 * which arrive as data. Throws RangeError for what is too large.
 */
export function encodeWhatTravels(value: unknown, options: EncodeOptions, onOmit: OmitListener): Uint8Array {
  const encoder = new OmittingEncoder(onOmit);
  configure(encoder, options);
  return encoder.encode(value);
}

/** A refusal says what and why. Where is found by walking again with a trail, which would slow down the first walk. */
function explain(value: unknown, options: EncodeOptions | undefined, thrown: unknown): unknown {
  if (!(thrown instanceof Refusal) && !(thrown instanceof RangeError)) return thrown;
  const root = options?.root ?? "value";
  const path = findRefusal(value, options).describe(typeof root === "function" ? root() : root);
  const cause = thrown instanceof Refusal ? thrown.cause : thrown;
  return new CodecError(
    path,
    `Cannot encode ${path}: ${reasonOf(thrown)}`,
    cause === undefined ? undefined : { cause },
  );
}

function reasonOf(thrown: Error): string {
  return thrown instanceof Refusal ? thrown.message : `It is too large or too deep. ${thrown.message}`;
}

function findRefusal(value: unknown, options: EncodeOptions | undefined): Trail {
  const encoder = new ValueEncoder();
  const trail = new Trail();
  configure(encoder, options);
  encoder.trail = trail;
  try {
    encoder.encode(value);
  } catch {
    return trail;
  }
  return new Trail();
}

/**
 * Turns bytes from `encode` back into the value, which shares no memory with them. Runs no code but the decode hooks
 * of registered classes. Throws CodecError for anything else than such bytes, VersionError for another format version.
 */
export function decode(bytes: Uint8Array, options?: DecodeOptions): unknown {
  try {
    return decodeAll(bytes, options);
  } catch (thrown) {
    if (isInstance(thrown, NodewrenError)) throw thrown;
    const why = isInstance(thrown, Error) ? thrown.message : textOf(thrown);
    const reason = isInstance(thrown, Malformed) ? why : `they hold what cannot be made (${why})`;
    throw new CodecError(
      "",
      `Cannot decode ${bytes.length} bytes: ${reason}. They were not written by encode, or were damaged.`,
      {
        cause: thrown,
      },
    );
  }
}

function decodeAll(bytes: Uint8Array, options: DecodeOptions | undefined): unknown {
  const first = bytes[0];
  if (first === undefined) throw new Malformed("there are none");
  if ((first & ~HAS_BUFFERS) !== FORMAT_VERSION)
    throw new VersionError("The encoded value", first & ~HAS_BUFFERS, FORMAT_VERSION);
  const input = new ByteReader(bytes, 1, bytes.length);
  const memories = first & HAS_BUFFERS ? readBuffers(input) : [];
  const value = new ValueDecoder(input, options?.classes, memories, options?.mapStack).readAll();
  if (input.position !== input.end) throw new Malformed("there is more after the value");
  return value;
}
