import { ClassRegistry, type RegisteredClass } from "./codec/classes.js";
import { encode } from "./codec/codec.js";
import { Refusal } from "./codec/encode/refuse.js";
import { INSPECT, type InspectArguments, inspected } from "./util/inspected.js";
import { digestOf } from "./wire/digest.js";

/**
 * A large value that every call may read, stored once by its digest and decoded once per worker. Close over it, and
 * read `value` in the function. Calls must not change it: on a worker, plain objects, arrays and errors in it are frozen. JavaScript cannot
 * freeze the contents of typed arrays, Maps and Sets, and the `lastIndex` of a RegExp.
 */
export class Broadcast<T> {
  /** The value: on the host the one that was given, on a worker a copy from when `broadcast()` was called. */
  readonly value: T;
  /** SHA-256 of the encoded value: its name in the store. */
  readonly digest: string;
  /** @internal The encoded value; on the host only. */
  readonly bytes: Uint8Array;
  /** Only a broadcast has it, which can be asked of any object without running code of it, as `instanceof` may. */
  readonly #brand = true;

  /** @internal Broadcasts come from `executor.broadcast()`. Throws `CodecError` when the value cannot travel. */
  constructor(value: T, registered?: ClassRegistry) {
    this.value = value;
    this.bytes = encode(value, { root: "broadcast", classes: registered && new NoneOf(registered) });
    this.digest = digestOf(this.bytes);
  }

  [INSPECT](...how: InspectArguments): string {
    return inspected("Broadcast", { digest: this.digest, bytes: this.bytes?.byteLength }, how);
  }

  /** @internal */
  static is(value: object): value is Broadcast<unknown> {
    return #brand in value;
  }
}

/** Refuses instances of registered classes: those are made anew for each call, a broadcast's value once for all. */
class NoneOf extends ClassRegistry {
  constructor(private readonly registered: ClassRegistry) {
    super();
  }

  override ofPrototype(prototype: object): RegisteredClass | undefined {
    const name = this.registered.ofPrototype(prototype)?.name;
    if (name === undefined) return undefined;
    throw new Refusal(
      `It is an instance of class ${name}, and classes are made anew for each call, while all calls share a broadcast`,
      "Broadcast plain data, and make the instances of it inside the function, or close over them.",
    );
  }
}
