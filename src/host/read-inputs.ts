/** Which inputs are at hand, which are a stream, and which are results of other calls: that decides whether a job has its calls at once. */
import type { ClassRegistry } from "../codec/classes.js";
import { encode } from "../codec/codec.js";
import { ItemSource } from "../inputs/source.js";
import type { CallOutcomes } from "../job/outcomes.js";
import type { Store } from "../stores/store.js";
import type { EncodedInputs } from "../wire/inputs.js";
import type { Fold } from "../wire/messages.js";
import { type Dependency, dependenciesOf, followedInputs, followedSource, partsOf, Sources } from "./dependencies.js";
import { EncodedInput, type Inputs, InputsEncoder, isAsyncIterable } from "./encode-inputs.js";
import { checkStep, InputStream } from "./input-stream.js";

/** A source that has ended after so many inputs, or so many bytes, is read at once, as an array is. */
const AT_HAND_CALLS = 1000;
const AT_HAND_BYTES = 16 * 1024 * 1024;

/** `first` is what was read of a stream already; `isListed`: its inputs are items, which take next to nothing to list. */
export type GivenInputs =
  | { kind: "array"; encoded: EncodedInputs }
  | { kind: "stream"; first: EncodedInputs | undefined; stream: InputStream; isListed: boolean; sources: Sources }
  | { kind: "results"; dependencies: Dependency[]; sources: Sources };

/** Inputs of a job that folds each of them. */
export class Lists {
  constructor(
    readonly lists: readonly Dependency[],
    readonly fold: Fold,
  ) {}
}

export interface Reading {
  classes: ClassRegistry | undefined;
  /** That of the job that has the inputs. */
  store: Store;
  /** Those of the calls that have them. */
  outcomes: Pick<CallOutcomes<unknown>, "whenSettled">;
  /** Whether the number of inputs must be known before the first call runs. */
  readsAll: boolean;
  /** Whether results of other calls are inputs as their values, so that inputs can be compared. */
  byValue: boolean;
}

/** Throws `CodecError`, and what an iterable throws that is read at once. */
export function readInputs(inputs: Inputs<unknown> | Lists, reading: Reading): GivenInputs {
  const { classes, store, readsAll, byValue } = reading;
  const dependencies = inputs instanceof Lists ? inputs.lists : dependenciesOf(inputs);
  if (dependencies) return readResults(dependencies, reading);
  const followed = followedSource(inputs);
  const sources = new Sources(followed ? [followed] : [], store, byValue);
  if (followed) return streamOf(followedInputs(followed, sources.refers(followed), reading.outcomes), reading, sources);
  if (isAsyncIterable(inputs)) return streamOf(inputs, reading, sources);
  const iterable = inputs as Iterable<unknown>;
  const encoder = new InputsEncoder(classes);
  if (!readsAll && !hasItsLength(iterable))
    return readBeginning(iterable[Symbol.iterator](), encoder, reading, sources);
  for (const input of iterable) encoder.add(input);
  return { kind: "array", encoded: encoder.finish() };
}

function streamOf(inputs: AsyncIterable<unknown>, { classes }: Reading, sources: Sources): GivenInputs {
  const stream = new InputStream(inputs[Symbol.asyncIterator](), classes);
  return { kind: "stream", first: undefined, stream, isListed: inputs instanceof ItemSource, sources };
}

/** What is a value travels as it is now. */
function readResults(given: readonly Dependency[], { classes, store, byValue }: Reading): GivenInputs {
  const dependencies = given.map((one, index) =>
    "value" in one ? { value: new EncodedInput(encode(one.value, { root: `inputs[${index}]`, classes })) } : one,
  );
  const jobs = given.flatMap(partsOf).flatMap((part) => ("source" in part ? [part.source] : []));
  return { kind: "results", dependencies, sources: new Sources(jobs, store, byValue) };
}

/** All of it is there already. */
function hasItsLength(inputs: Iterable<unknown>): boolean {
  return (
    Array.isArray(inputs) ||
    ArrayBuffer.isView(inputs) ||
    inputs instanceof Set ||
    inputs instanceof Map ||
    typeof inputs === "string"
  );
}

function readBeginning(
  iterator: Iterator<unknown>,
  encoder: InputsEncoder,
  { classes }: Reading,
  sources: Sources,
): GivenInputs {
  while (encoder.count < AT_HAND_CALLS && encoder.bytes < AT_HAND_BYTES) {
    const step = iterator.next();
    checkStep(step);
    if (step.done) return { kind: "array", encoded: encoder.finish() };
    addOrClose(step.value, encoder, iterator);
  }
  return {
    kind: "stream",
    first: encoder.finish(),
    stream: new InputStream(iterator, classes, encoder.count),
    isListed: false,
    sources,
  };
}

/** As a `for` loop does it when its body throws. */
function addOrClose(input: unknown, encoder: InputsEncoder, iterator: Iterator<unknown>): void {
  try {
    encoder.add(input);
  } catch (error) {
    iterator.return?.();
    throw error;
  }
}
