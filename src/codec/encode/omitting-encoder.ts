import { Tag } from "../tags.js";
import { ValueEncoder } from "./encoder.js";
import { Trail } from "./path.js";
import { Refusal, refuseSymbolKey } from "./refuse.js";

/** Told of each value that was left out: the steps to it, from the root, and why. */
export type OmitListener = (steps: string, reason: string) => void;

/** A mark that Node puts on its own errors, and that says nothing of them. */
const NODES_MARK = "kIsNodeError";

/** Accessors that are run for one value: each may give another error with accessors of its own, without end. */
const MAX_ACCESSORS = 1000;

const USE_DATA = "Give the error a plain property.";

/** Leaves out what cannot travel, and tells of it, instead of refusing the whole. Keeps a trail, and so is slower. */
export class OmittingEncoder extends ValueEncoder {
  readonly #omit: OmitListener;
  readonly #way = new Trail();
  /** Objects that were left out: each is refused anew wherever it is met again. */
  readonly #refused = new Map<object, Refusal>();
  #accessors = 0;

  constructor(omit: OmitListener) {
    super();
    this.#omit = omit;
    this.trail = this.#way;
  }

  override write(value: unknown): void {
    const start = this.out.position;
    try {
      super.write(value);
    } catch (error) {
      this.#leaveOut(error, start, Tag.OMITTED);
    }
  }

  protected override writeNew(value: object): void {
    const start = this.out.position;
    try {
      super.writeNew(value);
    } catch (error) {
      this.#leaveOut(error, start, Tag.OMITTED_OBJECT);
      this.#refused.set(value, error as Refusal);
    }
  }

  protected override writeReference(index: number, value: object): void {
    const refusal = this.#refused.get(value);
    if (refusal) throw refusal;
    super.writeReference(index, value);
  }

  override writeAccessor(owner: object, key: string): void {
    const start = this.out.position;
    try {
      super.writeAccessor(owner, key);
    } catch (error) {
      this.#leaveOut(error, start, Tag.OMITTED);
    }
  }

  /** Runs it, as whoever prints the error does: Node's own errors keep what failed behind accessors. */
  override writeErrorAccessor(error: object, key: string): void {
    const read = this.#readAccessor(error, key);
    if (read instanceof Refusal) this.#leaveOut(read, this.out.position, Tag.OMITTED);
    else this.write(read.value);
  }

  #readAccessor(error: object, key: string): { value: unknown } | Refusal {
    if (++this.#accessors > MAX_ACCESSORS) return new Refusal("It is one getter among too many", USE_DATA);
    try {
      return { value: Reflect.get(error, key) };
    } catch {
      // Of what it threw, not even the message is read: that might throw again.
      return new Refusal("It is a getter that threw", USE_DATA);
    }
  }

  override refuseSymbolKeys(symbols: readonly symbol[]): void {
    for (const symbol of symbols) {
      if (symbol.description === NODES_MARK) continue;
      try {
        refuseSymbolKey(symbol);
      } catch (refusal) {
        this.#tell(refusal as Refusal);
      }
    }
  }

  /** What was refused after its first byte cannot be taken back: that is a fault here, and ends the whole. */
  #leaveOut(error: unknown, start: number, tag: number): void {
    if (!(error instanceof Refusal) || this.out.position !== start) throw error;
    this.#tell(error);
    this.out.byte(tag);
  }

  #tell(refusal: Refusal): void {
    this.#omit(this.#way.describe(""), refusal.reason);
  }
}
