/** The outcomes that the host holds: values up to a budget, the way to the others, and of a stream only what nobody has had yet. */
import { type CallOutput, type NodewrenError, StoreError } from "../errors.js";

/** How a call ended. */
export type Outcome<R> =
  | { index: number; status: "fulfilled"; value: R }
  | { index: number; status: "rejected"; reason: NodewrenError };

/** Of a call whose value was left in the store, since the host holds enough of them. */
export interface StoredOutcome<R> {
  index: number;
  status: "fulfilled";
  /** Reads it. Rejects never: what cannot be read is an outcome as well. */
  read(): Promise<Outcome<R>>;
}

/** A result object, as far as those know of it who have outcomes from it. */
export interface ResultObject {
  /** What each of its values takes in it, on average. */
  bytesPerCall: number;
  /** An outcome of it is not needed any more. */
  release(): void;
}

/** Values that are held, as bytes in their result objects: decoded, they take a few times as much. */
const HELD_BYTES = 32 * 1024 * 1024;

/** What an outcome takes beside the bytes of its value. */
const OUTCOME_BYTES = 64;

/** Places of the order that are dropped at once: to move the rest costs more than they take. */
const PLACES_AT_ONCE = 4096;

export class KeptOutcomes<R> {
  readonly #known = new Map<number, Outcome<R> | StoredOutcome<R>>();
  readonly #outputs = new Map<number, CallOutput>();
  /** Of a stream's calls only. */
  readonly #sources = new Map<number, ResultObject>();
  #order: number[] = [];
  /** Place of the first one in `#order`. */
  #firstPlace = 0;
  /** How many of the first places are of no more use. */
  #passed = 0;
  #bytes = 0;
  #hasStored = false;

  get order(): readonly number[] {
    return this.#order;
  }

  get hasStored(): boolean {
    return this.#hasStored;
  }

  /** Whether what is under way has room, too, however much it may be. */
  get hasMuchRoom(): boolean {
    return this.#bytes <= HELD_BYTES / 2;
  }

  hasRoomFor(bytes: number): boolean {
    const taken = bytes + OUTCOME_BYTES;
    if (this.#bytes + taken > HELD_BYTES) return false;
    this.#bytes += taken;
    return true;
  }

  add(outcome: Outcome<R> | StoredOutcome<R>, output: CallOutput | undefined, source: ResultObject | undefined): void {
    const { index } = outcome;
    this.#known.set(index, outcome);
    this.#order.push(index);
    if (isStored(outcome)) this.#hasStored = true;
    if (output) this.#outputs.set(index, output);
    if (source) this.#sources.set(index, source);
  }

  settledAt(place: number): number | undefined {
    return this.#order[place - this.#firstPlace];
  }

  outcome(index: number): Outcome<R> | undefined {
    const known = this.#known.get(index);
    return known && !isStored(known) ? known : undefined;
  }

  async read(index: number): Promise<Outcome<R>> {
    const known = this.#known.get(index);
    if (known) return isStored(known) ? known.read() : known;
    throw new StoreError(
      `The outcome of call ${index} was handed out by a loop over its job, whose inputs are a stream, and is not kept. Ask for job.futures before the loop, or await the job, to keep all of them.`,
    );
  }

  output(index: number): CallOutput | undefined {
    return this.#outputs.get(index);
  }

  giveUp(index: number): void {
    const known = this.#known.get(index);
    if (!known) return;
    const source = this.#sources.get(index);
    if (!isStored(known) && known.status === "fulfilled") this.#bytes -= (source?.bytesPerCall ?? 0) + OUTCOME_BYTES;
    this.#known.delete(index);
    this.#outputs.delete(index);
    this.#sources.delete(index);
    source?.release();
    this.#shortenOrder();
  }

  /** What was passed once is not looked at again: with shards that end out of order, the first place that is needed stays for long. */
  #shortenOrder(): void {
    const isGone = (place: number) => place < this.#order.length && !this.#known.has(this.#order[place] as number);
    while (isGone(this.#passed)) this.#passed++;
    if (this.#passed < PLACES_AT_ONCE) return;
    this.#order = this.#order.slice(this.#passed);
    this.#firstPlace += this.#passed;
    this.#passed = 0;
  }
}

function isStored<R>(outcome: Outcome<R> | StoredOutcome<R>): outcome is StoredOutcome<R> {
  return "read" in outcome;
}
