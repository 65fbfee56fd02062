import type { BufferTable } from "../buffer-spans.js";
import type { ClassRegistry } from "../classes.js";
import { writeBigInt, writeNumber } from "../numbers.js";
import { writeString } from "../strings.js";
import { FORMAT_VERSION, HAS_BUFFERS, MAX_DEPTH, Tag } from "../tags.js";
import { writeBuffers } from "./buffers.js";
import { ByteWriter } from "./byte-writer.js";
import { writeContents, writeHead } from "./containers.js";
import type { Encoder } from "./context.js";
import { Identity } from "./identity.js";
import { type ContainerKind, classify, isContainer, Kind } from "./kinds.js";
import { writeLeaf } from "./leaves.js";
import type { Step, Trail } from "./path.js";
import { refuseAccessor, refuseFunction, refuseHookCycle, refuseSymbol, refuseSymbolKey } from "./refuse.js";
import { writeClassName, writeRegistered } from "./registered.js";
import { Shapes } from "./shapes.js";

/** A container whose contents are written later. */
interface Deferred {
  readonly kind: ContainerKind;
  readonly value: object;
  readonly step: Step | undefined;
}

const unchanged = (stack: string): string => stack;

/** Writes one value at a time. Recursive down to MAX_DEPTH; what lies deeper waits in a queue. */
export class ValueEncoder implements Encoder {
  readonly out = new ByteWriter();
  readonly seen = new Identity();
  readonly shapes = new Shapes();
  classes: ClassRegistry | undefined;
  /** Rewrites the stack of each error. */
  mapStack: (stack: string) => string = unchanged;
  /** Kept only when a refused value is walked again to find its path. */
  trail: Trail | undefined;
  /** Memory of views and ArrayBuffers, written once at the end. */
  buffers: BufferTable | undefined;
  /** Names of registered classes met so far. */
  classNames: string[] = [];
  /** Instances whose hook is at work: a reference to one could not be decoded. */
  readonly atWork = new Set<object>();
  depth = 0;
  private queue: Deferred[] = [];

  encode(value: unknown): Uint8Array {
    const { out } = this;
    out.byte(FORMAT_VERSION);
    this.writeAll(value);
    if (this.buffers) {
      out.bytes[0] = FORMAT_VERSION | HAS_BUFFERS;
      writeBuffers(out, this.buffers);
    }
    return out.finish();
  }

  /** Writes a value and everything that it defers. */
  writeAll(value: unknown): void {
    const { queue, depth } = this;
    this.queue = [];
    this.depth = 0;
    this.write(value);
    const mark = this.trail?.mark();
    this.drain();
    if (mark) this.trail?.backTo(mark);
    this.queue = queue;
    this.depth = depth;
  }

  private drain(): void {
    for (let next = 0; next < this.queue.length; next++) {
      const { kind, value, step } = this.queue[next] as Deferred;
      this.trail?.resume(step);
      this.fill(kind, value);
    }
  }

  write(value: unknown): void {
    switch (typeof value) {
      case "number":
        writeNumber(this.out, value);
        break;
      case "string":
        writeString(this.out, value);
        break;
      case "object":
        value === null ? this.out.byte(Tag.NULL) : this.writeObject(value);
        break;
      case "boolean":
        this.out.byte(value ? Tag.TRUE : Tag.FALSE);
        break;
      case "undefined":
        this.out.byte(Tag.UNDEFINED);
        break;
      case "bigint":
        writeBigInt(this.out, value);
        break;
      case "symbol":
        refuseSymbol(value);
        break;
      default:
        refuseFunction(value);
        break;
    }
  }

  private writeObject(value: object): void {
    const known = this.seen.meet(value);
    if (known >= 0) this.writeReference(known, value);
    else this.writeNew(value);
  }

  /** Writes an object that has its number from now on. Refuses before the first byte, or not at all. */
  protected writeNew(value: object): void {
    const kind = classify(value, this.classes);
    if (kind === Kind.REGISTERED) writeRegistered(this, value);
    else if (isContainer(kind)) this.writeContainer(kind, value);
    else writeLeaf(this, kind, value);
  }

  protected writeReference(index: number, value: object): void {
    if (this.atWork.has(value)) refuseHookCycle();
    this.out.byte(Tag.REFERENCE);
    this.out.unsigned(index);
  }

  writeAccessor(_owner: object, _key: string): void {
    refuseAccessor();
  }

  writeErrorAccessor(_error: object, _key: string): void {
    refuseAccessor();
  }

  refuseSymbolKeys([first]: readonly symbol[]): void {
    refuseSymbolKey(first as symbol);
  }

  /** Writes what the decoder makes first, and its contents now or, when this lies deep, later. */
  writeContainer(kind: ContainerKind, value: object, className?: string): void {
    const deferred = this.depth >= MAX_DEPTH;
    if (deferred) this.out.byte(Tag.DEFERRED);
    if (className !== undefined) writeClassName(this, className);
    writeHead(this, kind, value);
    if (deferred) this.queue.push({ kind, value, step: this.trail?.position() });
    else this.fill(kind, value);
  }

  private fill(kind: ContainerKind, value: object): void {
    const outer = this.trail?.enter();
    this.depth++;
    writeContents(this, kind, value);
    this.depth--;
    this.trail?.leave(outer);
  }

  /** Ready for the next value, also after a refusal half way. */
  reset(): void {
    this.out.reset();
    this.seen.reset();
    this.shapes.reset();
    this.classes = undefined;
    this.mapStack = unchanged;
    this.trail = undefined;
    this.buffers = undefined;
    if (this.classNames.length > 0) this.classNames = [];
    if (this.queue.length > 0) this.queue = [];
    this.atWork.clear();
    this.depth = 0;
  }
}
