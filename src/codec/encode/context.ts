import type { BufferTable } from "../buffer-spans.js";
import type { ClassRegistry } from "../classes.js";
import type { ByteWriter } from "./byte-writer.js";
import type { ContainerKind } from "./kinds.js";
import type { Trail } from "./path.js";
import type { Shapes } from "./shapes.js";

/** The encoder as its parts see it, of which each writes values of some kinds, and has it write what they hold. */
export interface Encoder {
  readonly out: ByteWriter;
  readonly shapes: Shapes;
  readonly classes: ClassRegistry | undefined;
  /** Rewrites the stack of each error. */
  readonly mapStack: (stack: string) => string;
  /** Kept only when a refused value is walked again to find its path. */
  readonly trail: Trail | undefined;
  /** Memory of views and ArrayBuffers, written once at the end. */
  buffers: BufferTable | undefined;
  /** Names of registered classes met so far. */
  readonly classNames: string[];
  /** Instances whose hook is at work: a reference to one could not be decoded. */
  readonly atWork: Set<object>;
  readonly depth: number;
  /** Writes a value that another holds. */
  write(value: unknown): void;
  /** Writes a value and everything that it defers. */
  writeAll(value: unknown): void;
  /** Stands in for the value of an accessor, which would have to be run. */
  writeAccessor(owner: object, key: string): void;
  /** The same for an accessor among an error's own properties. */
  writeErrorAccessor(error: object, key: string): void;
  /** Called before anything that their owner holds is written; there is at least one. */
  refuseSymbolKeys(symbols: readonly symbol[]): void;
  /** Writes what the decoder makes first, and its contents now or, when this lies deep, later. */
  writeContainer(kind: ContainerKind, value: object, className?: string): void;
}
