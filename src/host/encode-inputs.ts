import type { ClassRegistry } from "../codec/classes.js";
import { encode } from "../codec/codec.js";
import { OptionError } from "../errors.js";
import { onAbort, rejectionBy } from "../util/abort.js";
import { type EncodedInputs, InputsWriter } from "../wire/inputs.js";

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

/** As `encodeInputs`. Rejects with the signal's reason once it is aborted, also while the next input is awaited. */
export function encodeAsyncInputs(
  inputs: AsyncIterable<unknown>,
  classes: ClassRegistry | undefined,
  signal: AbortSignal,
): Promise<EncodedInputs> {
  return Promise.race([encodeAll(inputs, new InputsEncoder(classes), signal), rejectionBy(signal)]);
}

async function encodeAll(
  inputs: AsyncIterable<unknown>,
  encoder: InputsEncoder,
  signal: AbortSignal,
): Promise<EncodedInputs> {
  const iterator = inputs[Symbol.asyncIterator]();
  onAbort(signal, () => closeQuietly(iterator));
  for (;;) {
    const step = await iterator.next();
    signal.throwIfAborted();
    if (step.done) return encoder.finish();
    addOrClose(step.value, encoder, iterator);
  }
}

function addOrClose(input: unknown, encoder: InputsEncoder, iterator: AsyncIterator<unknown>): void {
  try {
    encoder.add(input);
  } catch (error) {
    closeQuietly(iterator);
    throw error;
  }
}

/** Not awaited, since an iterator that hangs in next() would hang here, too; and what it throws says less than why. */
function closeQuietly(iterator: AsyncIterator<unknown>): void {
  void Promise.resolve()
    .then(() => iterator.return?.())
    .catch(() => {});
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
