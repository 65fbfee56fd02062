/** Which inputs are at hand, and which are a stream: that decides whether a job has its calls at once. */
import type { ClassRegistry } from "../codec/classes.js";
import type { EncodedInputs } from "../wire/inputs.js";
import { type Inputs, InputsEncoder, isAsyncIterable } from "./encode-inputs.js";
import { InputStream } from "./input-stream.js";

/** A source that has ended after so many inputs, or so many bytes, is read at once, as an array is. */
const AT_HAND_CALLS = 1000;
const AT_HAND_BYTES = 16 * 1024 * 1024;

/** `first` is what was read of a stream already. */
export type GivenInputs =
  | { isStream: false; encoded: EncodedInputs }
  | { isStream: true; first: EncodedInputs | undefined; stream: InputStream };

/**
 * Throws `CodecError`, and what an iterable throws that is read at once.
 *
 * @param readsAll whether the number of inputs must be known before the first call runs
 */
export function readInputs(
  inputs: Inputs<unknown>,
  classes: ClassRegistry | undefined,
  readsAll: boolean,
): GivenInputs {
  if (isAsyncIterable(inputs)) {
    const stream = new InputStream(inputs[Symbol.asyncIterator](), classes);
    return { isStream: true, first: undefined, stream };
  }
  const encoder = new InputsEncoder(classes);
  if (readsAll || hasItsLength(inputs)) {
    for (const input of inputs) encoder.add(input);
    return { isStream: false, encoded: encoder.finish() };
  }
  return readBeginning(inputs[Symbol.iterator](), encoder, classes);
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
  classes: ClassRegistry | undefined,
): GivenInputs {
  while (encoder.count < AT_HAND_CALLS && encoder.bytes < AT_HAND_BYTES) {
    const step = iterator.next();
    if (step.done) return { isStream: false, encoded: encoder.finish() };
    addOrClose(step.value, encoder, iterator);
  }
  return { isStream: true, first: encoder.finish(), stream: new InputStream(iterator, classes, encoder.count) };
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
