import type { ClassRegistry } from "../classes.js";
import { type ContainerKind, isContainer } from "../encode/kinds.js";
import { Malformed } from "../malformed.js";
import { readBigInt64, readInteger, readLongBigInt } from "../numbers.js";
import { readLong, readShort } from "../strings.js";
import { MAX_DEPTH, SHORT_STRING, SHORT_STRING_LIMIT, SMALL_INTEGERS, Tag } from "../tags.js";
import type { ByteReader } from "./byte-reader.js";
import { makeContainer, readContents } from "./containers.js";
import { type Decoder, type KeyList, type Memory, UNMADE } from "./context.js";
import { readLeaf } from "./leaves.js";
import { readClassHook, readRegisteredClass } from "./registered.js";

interface Deferred {
  readonly kind: ContainerKind;
  readonly container: object;
}

/** Reads one value. Mirrors ValueEncoder: the same order, the same depth limit, the same numbering of objects. */
export class ValueDecoder implements Decoder {
  /** Every object so far, in the order of the encoder's numbers. */
  readonly made: unknown[] = [];
  readonly shapes: KeyList[] = [];
  readonly classNames: string[] = [];
  private queue: Deferred[] = [];
  private depth = 0;

  constructor(
    readonly input: ByteReader,
    readonly classes: ClassRegistry | undefined,
    readonly memories: readonly Memory[],
    readonly mapStack: (stack: string) => string = (stack) => stack,
  ) {}

  /** Reads a value and everything that it deferred. */
  readAll(): unknown {
    const { queue, depth } = this;
    this.queue = [];
    this.depth = 0;
    const value = this.read();
    for (let next = 0; next < this.queue.length; next++) {
      const { kind, container } = this.queue[next] as Deferred;
      this.fill(kind, container);
    }
    this.queue = queue;
    this.depth = depth;
    return value;
  }

  read(): unknown {
    const tag = this.input.byte();
    if (tag < SMALL_INTEGERS) return tag;
    if (tag < SHORT_STRING + SHORT_STRING_LIMIT) return readShort(this.input, tag - SHORT_STRING);
    return this.readTagged(tag);
  }

  private readTagged(tag: number): unknown {
    switch (tag) {
      case Tag.OBJECT:
        return this.readObject();
      case Tag.INTEGER:
        return readInteger(this.input);
      case Tag.DOUBLE:
        return this.input.double();
      case Tag.NULL:
        return null;
      case Tag.UNDEFINED:
        return undefined;
      case Tag.TRUE:
        return true;
      case Tag.FALSE:
        return false;
      default:
        return this.readRare(tag);
    }
  }

  private readRare(tag: number): unknown {
    if (isContainer(tag)) return this.readContainer(tag, false);
    switch (tag) {
      case Tag.STRING_LATIN1:
      case Tag.STRING_UTF8:
      case Tag.STRING_UTF16:
        return readLong(this.input, tag);
      case Tag.REFERENCE:
        return this.readReference();
      case Tag.OMITTED:
        return undefined;
      case Tag.OMITTED_OBJECT:
        return this.keep(undefined);
      case Tag.DEFERRED:
        return this.readContainer(this.input.byte(), true);
      case Tag.CLASS:
        return this.readContainer(tag, false);
      case Tag.CLASS_HOOK:
        return readClassHook(this);
      case Tag.BIGINT_64:
        return readBigInt64(this.input);
      case Tag.BIGINT_POSITIVE:
        return readLongBigInt(this.input);
      case Tag.BIGINT_NEGATIVE:
        return -readLongBigInt(this.input);
      default:
        return this.keep(readLeaf(this, tag));
    }
  }

  private readObject(): unknown {
    const container = {};
    this.made.push(container);
    this.fill(Tag.OBJECT, container);
    return container;
  }

  private readContainer(tag: number, deferred: boolean): unknown {
    const prototype = tag === Tag.CLASS ? readRegisteredClass(this).prototype : undefined;
    const kind = prototype ? this.input.byte() : tag;
    if (!isContainer(kind)) throw new Malformed("a container was to be read where another value stands");
    const container = makeContainer(this.input, kind);
    if (prototype) Object.setPrototypeOf(container, prototype);
    this.made.push(container);
    if (deferred) this.queue.push({ kind, container });
    else this.fill(kind, container);
    return container;
  }

  private fill(kind: ContainerKind, container: object): void {
    if (this.depth >= MAX_DEPTH) throw new Malformed("values are nested deeper than they may be");
    this.depth++;
    readContents(this, kind, container);
    this.depth--;
  }

  private readReference(): unknown {
    const index = this.input.unsigned();
    if (index >= this.made.length) throw new Malformed("a reference leads nowhere");
    const value = this.made[index];
    if (value === UNMADE) throw new Malformed("a reference leads to an object that is not made yet");
    return value;
  }

  private keep<T>(value: T): T {
    this.made.push(value);
    return value;
  }
}
