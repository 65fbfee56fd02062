import { encode } from "./codec/codec.js";
import { digestOf } from "./wire/digest.js";

/**
 * A large value that every call may read, stored once by its digest and decoded once per worker. Close over it, and
 * read `value` in the function. On a worker it is frozen as deeply as JavaScript can: plain objects and arrays are, the
 * contents of typed arrays, Maps and Sets are not, and calls must not change them.
 */
export class Broadcast<T> {
  /** The value; here the very one that was given, on a worker its copy as of `broadcast()`. */
  readonly value: T;
  /** SHA-256 of the encoded value: its name in the store. */
  readonly digest: string;
  /** @internal The encoded value. */
  readonly bytes: Uint8Array;

  /** @internal Broadcasts come from `executor.broadcast()`. Throws `CodecError` when the value cannot travel. */
  constructor(value: T) {
    this.value = value;
    this.bytes = encode(value, { root: "broadcast" });
    this.digest = digestOf(this.bytes);
  }
}
