import type { ClassRegistry } from "../codec/classes.js";
import { encode } from "../codec/codec.js";
import { OptionError } from "../errors.js";
import { type EncodedInputs, InputsWriter } from "../wire/inputs.js";
import { rejectionBy } from "./deadline.js";

/** Anything to map over. */
export type Inputs<I> = Iterable<I> | AsyncIterable<I>;

export function isAsyncIterable<I>(inputs: Inputs<I>): inputs is AsyncIterable<I> {
  return typeof (inputs as AsyncIterable<I> | null)?.[Symbol.asyncIterator] === "function";
}

/** Throws `OptionError` unless the inputs can be iterated. */
export function checkInputs(inputs: unknown): void {
  const isIterable = typeof (inputs as Iterable<unknown> | null | undefined)?.[Symbol.iterator] === "function";
  if (isIterable || isAsyncIterable(inputs as Inputs<unknown>)) return;
  throw new OptionError(
    "inputs",
    `map() takes inputs that can be iterated (an array, an iterable, an async iterable), but got ${inputs === null ? "null" : typeof inputs}. For a single input use call().`,
  );
}

/** Encodes each input by itself, as it is now. Throws `CodecError` with a path such as `inputs[3].socket`. */
export function encodeInputs(inputs: Iterable<unknown>, classes: ClassRegistry | undefined): EncodedInputs {
  const encoder = new InputsEncoder(classes);
  for (const input of inputs) encoder.add(input);
  return encoder.finish();
}

export async function encodeAsyncInputs(
  inputs: AsyncIterable<unknown>,
  classes: ClassRegistry | undefined,
  signal: AbortSignal,
): Promise<EncodedInputs> {
  const encoder = new InputsEncoder(classes);
  const iterator = inputs[Symbol.asyncIterator]();
  const aborted = rejectionBy(signal);
  try {
    for (;;) {
      const step = await Promise.race([iterator.next(), aborted]);
      if (step.done) return encoder.finish();
      encoder.add(step.value);
    }
  } catch (error) {
    // Not awaited: an iterator that hangs in next() would hang here, too.
    void Promise.resolve(iterator.return?.()).catch(() => {});
    throw error;
  }
}

class InputsEncoder {
  readonly #writer = new InputsWriter();
  readonly #classes: ClassRegistry | undefined;
  #index = 0;
  readonly #root = () => `inputs[${this.#index}]`;

  constructor(classes: ClassRegistry | undefined) {
    this.#classes = classes;
  }

  add(input: unknown): void {
    this.#writer.add(encode(input, { root: this.#root, classes: this.#classes }));
    this.#index++;
  }

  finish(): EncodedInputs {
    return this.#writer.finish();
  }
}
