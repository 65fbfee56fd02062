/** Collects what a call writes to stdout and stderr, so that it travels with the call's result. */
import type { Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";
import type { CallOutput } from "../errors.js";
import { KeptOutput, type StreamName } from "../wire/kept-output.js";

function newDecoders(): Record<StreamName, StringDecoder> {
  return { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
}

/** What one call writes. */
export class CallText {
  readonly #kept = new KeptOutput();
  readonly #decoders = newDecoders();
  #isWritten = false;

  /** Returns the text that the chunk adds. */
  add(name: StreamName, chunk: unknown, encoding: unknown): string {
    this.#isWritten = true;
    const text = this.#textOf(name, chunk, encoding);
    if (text !== "") this.#kept.add(name, text);
    return text;
  }

  /** Undefined when nothing was written. */
  get output(): CallOutput | undefined {
    return this.#isWritten ? this.#kept.output : undefined;
  }

  /** A character may come in two chunks, so what is left of one waits in the decoder for the next. */
  #textOf(name: StreamName, chunk: unknown, encoding: unknown): string {
    if (typeof chunk === "string" && (typeof encoding !== "string" || /^utf-?8$/i.test(encoding))) return chunk;
    const bytes = typeof chunk === "string" ? Buffer.from(chunk, encoding as BufferEncoding) : (chunk as Uint8Array);
    return this.#decoders[name].write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
}

export class OutputCapture {
  readonly #onText: (name: StreamName, text: string) => void;
  #current: CallText | undefined;
  #writer: (() => CallText | undefined) | undefined;

  /** @param onText called with each text as it is written, by those who tell of it should the worker die */
  constructor(onText: (name: StreamName, text: string) => void = () => {}) {
    this.#onText = onText;
  }

  /** Diverts this process's streams. They are made on first use only: making them costs milliseconds at start-up. */
  install(): void {
    this.#divert("stdout");
    this.#divert("stderr");
  }

  start(): void {
    this.#current = undefined;
    this.#writer = undefined;
  }

  /**
   * Until the next `start()`, several calls run at once, and `writer` says which of them writes; undefined: none of them. Nobody
   * is told of their texts: they would come mixed.
   */
  startAtOnce(writer: () => CallText | undefined): void {
    this.#current = undefined;
    this.#writer = writer;
  }

  /** What was written since `start()`; undefined when nothing was. */
  finish(): CallOutput | undefined {
    const output = this.#current?.output;
    this.#current = undefined;
    return output;
  }

  #divert(name: StreamName): void {
    const original = Object.getOwnPropertyDescriptor(process, name);
    const capture = this;
    let stream: NodeJS.WriteStream | undefined;
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get() {
        stream ??= capture.#patch(name, original?.get?.call(process) ?? original?.value);
        return stream;
      },
    });
  }

  #patch(name: StreamName, stream: NodeJS.WriteStream): NodeJS.WriteStream {
    stream.write = (chunk: unknown, encoding?: unknown, callback?: unknown): boolean => {
      this.#add(name, chunk, encoding);
      const done = typeof encoding === "function" ? encoding : callback;
      if (typeof done === "function") process.nextTick(done);
      return true;
    };
    // Nothing is written through its handle any more, which must not look as if a call had left it open.
    (stream as Partial<Socket>).unref?.();
    // Making the stream lets its descriptor give up instead of waiting, on which what writes to that by itself would fail.
    blockAgain(stream);
    return stream;
  }

  #add(name: StreamName, chunk: unknown, encoding: unknown): void {
    if (this.#writer) return void this.#writer()?.add(name, chunk, encoding);
    this.#current ??= new CallText();
    const text = this.#current.add(name, chunk, encoding);
    if (text !== "") this.#onText(name, text);
  }
}

/** Node has no public way to say so. */
function blockAgain(stream: NodeJS.WriteStream): void {
  const { _handle } = stream as { _handle?: { setBlocking?(isBlocking: boolean): number } | null };
  _handle?.setBlocking?.(true);
}
