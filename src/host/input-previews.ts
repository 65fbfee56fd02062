/** Inputs of single calls as short text, from the host's own copy or the store. */
import { decode } from "../codec/codec.js";
import { failureOfInput, readReference } from "../wire/input-reference.js";
import { readInputs } from "../wire/inputs.js";
import { type JobRecord, shardsOf } from "../wire/job-record.js";
import { inputsKey } from "../wire/keys.js";
import type { Shard } from "../wire/messages.js";
import type { JobRun } from "./job-run.js";
import { previewText } from "./preview-text.js";
import { readRecord } from "./read-record.js";

/** What is read of the store for them, in all: requests, and bytes. Inputs beyond that are not told. */
const MAX_READS = 64;
const MAX_BYTES = 8 * 1024 * 1024;

/** The encoded inputs of consecutive calls. */
interface Range {
  first: number;
  inputs: Uint8Array[];
}

/** Consecutive calls, and the segment that they are of. */
interface PlacedShard extends Shard {
  segment: number;
}

type InputsRun = Pick<JobRun, "jobId" | "store" | "inputs" | "classes">;

export class InputPreviews {
  readonly #run: InputsRun;
  readonly #ranges = new Map<string, Range | undefined>();
  #shards: PlacedShard[] | undefined;
  #reads = 0;
  #bytes = 0;

  constructor(run: InputsRun) {
    this.#run = run;
  }

  /** Undefined where it is not known: in a temporary store, inputs go when they are not needed. Never rejects. */
  async read(index: number): Promise<string | undefined> {
    try {
      const range = await this.#rangeOf(index);
      const encoded = range?.inputs[index - range.first];
      return encoded && this.#textOf(encoded);
    } catch {
      return undefined;
    }
  }

  #textOf(encoded: Uint8Array): string {
    if (failureOfInput(encoded)) return "(the result of a call that failed)";
    const reference = readReference(encoded);
    if (!reference) return previewText(decode(encoded, { classes: this.#run.classes }));
    const [result] = reference.results;
    const many = reference.results.length;
    if (!reference.isList && result && "index" in result)
      return `(the result of call ${result.index} of job ${result.jobId})`;
    return `(results of other calls, in ${many} ${many === 1 ? "piece" : "pieces"})`;
  }

  async #rangeOf(index: number): Promise<Range | undefined> {
    this.#shards ??= await this.#placed();
    const shard = this.#shards.find(({ first, count }) => index >= first && index < first + count);
    if (!shard) return undefined;
    const key = `${shard.segment}/${shard.name}`;
    if (!this.#ranges.has(key)) this.#ranges.set(key, await this.#readRange(shard));
    return this.#ranges.get(key);
  }

  /** What the host holds counts as one shard. */
  async #placed(): Promise<PlacedShard[]> {
    const { inputs, store, jobId } = this.#run;
    if (!inputs?.held) return placedShards(await readRecord(store, jobId));
    return [{ name: "", segment: 0, first: inputs.first, count: inputs.calls, byteStart: 0, byteEnd: inputs.bytes }];
  }

  async #readRange({ segment, first, count, byteStart, byteEnd }: PlacedShard): Promise<Range | undefined> {
    const { inputs, store, jobId } = this.#run;
    const held = inputs?.held;
    if (!held) {
      this.#reads++;
      this.#bytes += byteEnd - byteStart;
      if (this.#reads > MAX_READS || this.#bytes > MAX_BYTES) return undefined;
    }
    const bytes = held ?? (await store.get(inputsKey(jobId, segment), { start: byteStart, end: byteEnd }));
    return bytes && { first, inputs: [...readInputs(bytes, count)] };
  }
}

function placedShards({ segments }: JobRecord): PlacedShard[] {
  return segments.flatMap((one, segment) => shardsOf({ segments: [one] }).map((shard) => ({ ...shard, segment })));
}
