/** Inputs that are results of other calls: they travel as what says where these lie, and never pass through the host. */
import type { ClassRegistry } from "../codec/classes.js";
import { encode } from "../codec/codec.js";
import { type NodewrenError, StoreError } from "../errors.js";
import { Future } from "../job/future.js";
import { Job } from "../job/job.js";
import type { JobSource } from "../job/job-source.js";
import type { CallOutcomes } from "../job/outcomes.js";
import type { Store } from "../stores/store.js";
import type { Failure } from "../wire/failure.js";
import {
  encodeFailedInput,
  encodeReference,
  type InlineValue,
  type InputReference,
  type PartsReference,
  type ResultReference,
} from "../wire/input-reference.js";
import { EncodedInput } from "./encode-inputs.js";
import { storeName } from "./source-of.js";

/** A call whose result is needed. */
export interface NeededCall {
  source: JobSource;
  index: number;
}

/** Parts of a shard's pairs, which are there. */
export interface NeededParts {
  source: JobSource;
  parts: PartsReference;
}

export type Part = NeededCall | NeededParts | { value: unknown };

/** What an input is: one of these, or a list of them. */
export type Dependency = Part | { list: readonly Part[] };

/** The calls without whose results there is no input. */
export function partsOf(one: Dependency): readonly Part[] {
  return "list" in one ? one.list : [one];
}

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

/** All calls of a job that are known. */
export function callsOf(source: JobSource): Part[] {
  return Array.from({ length: source.outcomes.taken }, (_, index) => ({ source, index }));
}

/** The jobs that inputs come from, whose results are kept as long as they are needed. */
export class Sources {
  readonly #kept = new Map<JobSource, () => void>();
  readonly #byValue: boolean;

  /**
   * @param own the store of the job that has those inputs
   * @param byValue whether all are read here, as inputs that are to be compared
   */
  constructor(sources: Iterable<JobSource>, own: Store, byValue: boolean) {
    this.#byValue = byValue;
    for (const source of new Set(sources)) {
      if (byValue) source.outcomes.use.ask();
      // Workers with another store cannot read it.
      const release = source.storeName === storeName(own) ? source.retain() : undefined;
      if (release) this.#kept.set(source, release);
    }
  }

  /** Whether workers can read the results where they lie; else they are read here. */
  refers(source: JobSource): boolean {
    return !this.#byValue && this.#kept.has(source);
  }

  /** Of the jobs whose results workers read. */
  get jobIds(): string[] {
    return this.#byValue ? [] : Array.from(this.#kept.keys(), ({ jobId }) => jobId);
  }

  release(): void {
    for (const release of this.#kept.values()) release();
  }
}

/** What a worker is given for a call whose parts have all settled. */
export async function inputOf(
  one: Dependency,
  sources: Pick<Sources, "refers">,
  classes: ClassRegistry | undefined,
): Promise<unknown> {
  if ("value" in one) return one.value;
  const parts = partsOf(one);
  const isList = "list" in one;
  const results: InputReference["results"] = [];
  for (const part of parts) {
    if ("parts" in part) {
      results.push(part.parts);
      continue;
    }
    const result = "value" in part ? { value: textOfValue(part.value, classes) } : referenceTo(part, sources);
    if (!result) return heldValue(parts, isList);
    addTo(results, result);
  }
  return new EncodedInput(encodeReference({ results, isList }));
}

/** Undefined where workers cannot read the result. */
function referenceTo({ source, index }: NeededCall, sources: Pick<Sources, "refers">): ResultReference | undefined {
  const place = sources.refers(source) ? source.placeOf(index) : undefined;
  return place && { jobId: source.jobId, shard: place.name, first: place.first, count: place.count, index, calls: 1 };
}

/** Consecutive calls of a shard are one reference. */
function addTo(results: InputReference["results"], result: ResultReference | InlineValue): void {
  const last = results.at(-1);
  const goesOn =
    last &&
    "calls" in last &&
    "calls" in result &&
    last.shard === result.shard &&
    last.jobId === result.jobId &&
    last.index + last.calls === result.index;
  if (goesOn) last.calls++;
  else results.push(result);
}

function textOfValue(value: unknown, classes: ClassRegistry | undefined): string {
  return Buffer.from(encode(value, { root: "initial", classes })).toString("base64");
}

/** As it is held here, or the failure instead of which there is no value. */
async function heldValue(parts: readonly Part[], isList: boolean): Promise<unknown> {
  const values: unknown[] = [];
  for (const part of parts) {
    if ("value" in part) {
      values.push(part.value);
      continue;
    }
    if ("parts" in part) throw new StoreError(`The pairs of job ${part.source.jobId} are gone. Run it again.`);
    const { outcomes, jobId } = part.source;
    const outcome = outcomes.outcome(part.index) ?? (await outcomes.read(part.index));
    if (outcome.status === "rejected") return failedInput(jobId, part.index, outcome.reason);
    values.push(outcome.value);
  }
  return isList ? values : values[0];
}

function failedInput(jobId: string, index: number, { name, message }: NodewrenError): EncodedInput {
  const failure: Failure = { kind: "dependency", jobId, index, attempts: 0, why: `${name}: ${message}` };
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
      const input = await inputOf({ source, index }, { refers: () => refers }, undefined);
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
