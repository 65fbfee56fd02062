/** Inputs that are results of other calls: they travel as what says where these lie, and never pass through the host. */
import { encode } from "../codec/codec.js";
import { Future } from "../job/future.js";
import { Job } from "../job/job.js";
import type { JobSource } from "../job/job-source.js";
import type { CallOutcomes } from "../job/outcomes.js";
import type { Store } from "../stores/store.js";
import type { Failure } from "../wire/failure.js";
import { encodeFailedInput, encodeReference } from "../wire/input-reference.js";
import { EncodedInput } from "./encode-inputs.js";
import { storeName } from "./source-of.js";

/** A call whose result is an input, or a value that is one. */
export type Dependency = { source: JobSource; index: number } | { value: unknown };

/** The inputs where at least one of them is a result of another call; undefined otherwise. */
export function dependenciesOf(inputs: unknown): Dependency[] | undefined {
  if (inputs instanceof Future) return [inputs.origin];
  if (inputs instanceof Job) return isFollowed(inputs.source) ? undefined : callsOf(inputs.source);
  if (!Array.isArray(inputs) || !inputs.some((input) => input instanceof Future)) return undefined;
  return inputs.map((input) => (input instanceof Future ? input.origin : { value: input }));
}

/** The job whose results come as a stream; undefined where the inputs are something else. */
export function followedSource(inputs: unknown): JobSource | undefined {
  return inputs instanceof Job && isFollowed(inputs.source) ? inputs.source : undefined;
}

/** Nobody knows how many there will be. */
function isFollowed({ outcomes }: JobSource): boolean {
  return outcomes.isStream || outcomes.total === undefined;
}

function callsOf(source: JobSource): Dependency[] {
  return Array.from({ length: source.outcomes.taken }, (_, index) => ({ source, index }));
}

/** The jobs that inputs come from, whose results are kept as long as they are needed. */
export class Sources {
  readonly #kept = new Map<JobSource, () => void>();

  /** @param own the store of the job that has those inputs */
  constructor(sources: Iterable<JobSource>, own: Store) {
    for (const source of new Set(sources)) {
      // Workers with another store cannot read it.
      const release = source.storeName === storeName(own) ? source.retain() : undefined;
      if (release) this.#kept.set(source, release);
    }
  }

  /** Whether workers can read the results where they lie; else they are read here. */
  refers(source: JobSource): boolean {
    return this.#kept.has(source);
  }

  release(): void {
    for (const release of this.#kept.values()) release();
  }
}

/**
 * What a worker is given for the call, which has settled.
 *
 * @param refers whether the worker can read the result where it lies
 */
export async function inputOf(
  { outcomes, jobId, placeOf }: JobSource,
  index: number,
  refers: boolean,
): Promise<unknown> {
  const place = refers ? placeOf(index) : undefined;
  if (place) {
    const { name: shard, first, count } = place;
    return new EncodedInput(
      encodeReference({ results: [{ jobId, shard, first, count, index, calls: 1 }], isList: false }),
    );
  }
  const outcome = outcomes.outcome(index) ?? (await outcomes.read(index));
  if (outcome.status === "fulfilled") return outcome.value;
  const { name, message } = outcome.reason;
  const failure: Failure = { kind: "input", jobId, index, attempts: 0, why: `${name}: ${message}` };
  return new EncodedInput(encodeFailedInput(encode(failure)));
}

/** The results of a stream, in order, as they come. What the dependants are done with is given up. */
export async function* followedInputs(
  source: JobSource,
  refers: boolean,
  dependants: Pick<CallOutcomes<unknown>, "whenSettled">,
): AsyncGenerator<unknown, void, undefined> {
  const { outcomes } = source;
  const loop = outcomes.loops.enter();
  try {
    for (let index = 0; ; index++) {
      while (index >= outcomes.taken && outcomes.total === undefined && !outcomes.failure) await outcomes.changed();
      if (index >= outcomes.taken) break;
      await new Promise<void>((resolve) => outcomes.whenSettled(index, resolve));
      const input = await inputOf(source, index, refers);
      dependants.whenSettled(index, () => {
        outcomes.giveUp(index);
        outcomes.loops.pass(loop);
      });
      yield input;
    }
    if (outcomes.failure) throw outcomes.failure;
    if (outcomes.cut) throw outcomes.cut.error;
  } finally {
    outcomes.loops.leave(loop);
  }
}
