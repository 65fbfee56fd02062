/** Inputs as they travel: each encoded by itself, as it is now. */
import type { ClassRegistry } from "../codec/classes.js";
import { encode } from "../codec/codec.js";
import { OptionError } from "../errors.js";
import { Future } from "../job/future.js";
import { type EncodedInputs, InputsWriter, inputBytes } from "../wire/inputs.js";

/**
 * Anything to map over: what can be iterated in either way, a job among it, or a future. Where an input is the result of
 * another call, its call runs as soon as that is there.
 */
export type Inputs<I> = Iterable<I | Future<I>> | AsyncIterable<I> | Future<I>;

/** Throws `OptionError` unless the inputs can be iterated. */
export function checkInputs(inputs: unknown): void {
  if (isIterable(inputs) || isAsyncIterable(inputs) || inputs instanceof Future) return;
  const given = inputs === null ? "null" : typeof inputs;
  const isCount = Number.isSafeInteger(inputs) && (inputs as number) > 0;
  const orCalls = isCount ? `, and for ${inputs} calls give Array(${inputs}).keys()` : "";
  throw new OptionError(
    "inputs",
    `map() takes inputs that can be iterated (an array, an iterable, an async iterable), but got ${given}. For a single input use call()${orCalls}.`,
  );
}

export function isAsyncIterable(inputs: unknown): inputs is AsyncIterable<unknown> {
  return typeof (inputs as AsyncIterable<unknown> | null | undefined)?.[Symbol.asyncIterator] === "function";
}

function isIterable(inputs: unknown): inputs is Iterable<unknown> {
  return typeof (inputs as Iterable<unknown> | null | undefined)?.[Symbol.iterator] === "function";
}

/** All of them; of futures among them, the values. */
export async function* valuesOf(inputs: Inputs<unknown>): AsyncGenerator<unknown> {
  yield* inputs instanceof Future ? ((await inputs) as Iterable<unknown>) : inputs;
}

/** An input that is no value, but says where one lies. */
export class EncodedInput {
  constructor(readonly bytes: Uint8Array) {}
}

/** Throws `CodecError` with a path such as `inputs[3].socket`. */
export class InputsEncoder {
  readonly #writer = new InputsWriter();
  readonly #classes: ClassRegistry | undefined;
  readonly #first: number;
  count = 0;
  bytes = 0;
  readonly #root = () => `inputs[${this.#first + this.count}]`;

  /** @param first index of the first input */
  constructor(classes: ClassRegistry | undefined, first = 0) {
    this.#classes = classes;
    this.#first = first;
  }

  add(input: unknown): void {
    const encoded =
      input instanceof EncodedInput ? input.bytes : encode(input, { root: this.#root, classes: this.#classes });
    this.#writer.add(encoded);
    this.count++;
    this.bytes += inputBytes(encoded);
  }

  finish(): EncodedInputs {
    return this.#writer.finish();
  }
}
