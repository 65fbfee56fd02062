/** Collects what a call writes to stdout and stderr, so that it travels with the call's result. */
import { StringDecoder } from "node:string_decoder";
import type { CallOutput } from "../errors.js";

/** Most that is kept of each stream of a call, in UTF-16 units; the note tells that there was more. */
const MAX_LENGTH = 64 * 1024;
const CUT_NOTE = "\n[nodewren: the rest of the output was cut]\n";

type StreamName = keyof CallOutput;

function newDecoders(): Record<StreamName, StringDecoder> {
  return { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
}

export class OutputCapture {
  #current: CallOutput | undefined;
  #decoders = newDecoders();

  /** Diverts this process's streams. They are made on first use only: making them costs milliseconds at start-up. */
  install(): void {
    this.#divert("stdout");
    this.#divert("stderr");
  }

  start(): void {
    this.#current = undefined;
    this.#decoders = newDecoders();
  }

  /** What was written since `start()`; undefined when nothing was. */
  finish(): CallOutput | undefined {
    const output = this.#current;
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
    return stream;
  }

  #add(name: StreamName, chunk: unknown, encoding: unknown): void {
    this.#current ??= { stdout: "", stderr: "" };
    const soFar = this.#current[name];
    if (soFar.length > MAX_LENGTH) return;
    const joined = soFar + this.#textOf(name, chunk, encoding);
    this.#current[name] = joined.length > MAX_LENGTH ? joined.slice(0, MAX_LENGTH) + CUT_NOTE : joined;
  }

  /** A character may come in two chunks, so what is left of one waits in the decoder for the next. */
  #textOf(name: StreamName, chunk: unknown, encoding: unknown): string {
    if (typeof chunk === "string" && (typeof encoding !== "string" || /^utf-?8$/i.test(encoding))) return chunk;
    const bytes = typeof chunk === "string" ? Buffer.from(chunk, encoding as BufferEncoding) : (chunk as Uint8Array);
    return this.#decoders[name].write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
}
