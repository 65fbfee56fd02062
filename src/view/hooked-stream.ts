/** A stream whose writes are seen by somebody before and after they happen. */
import { StringDecoder } from "node:string_decoder";

export interface WriteListener {
  before(): void;
  /** @param text what was written, as far as its characters are complete */
  after(text: string): void;
}

type Write = NodeJS.WriteStream["write"];

export class HookedStream {
  readonly #stream: NodeJS.WriteStream;
  readonly #original: Write;
  readonly #own: Write;
  readonly #hadOwn: boolean;
  #listener: WriteListener | undefined;

  constructor(stream: NodeJS.WriteStream, listener: WriteListener) {
    this.#stream = stream;
    this.#listener = listener;
    this.#hadOwn = Object.hasOwn(stream, "write");
    this.#original = stream.write;
    const decoder = new StringDecoder("utf8");
    const hook = this;
    this.#own = function (this: NodeJS.WriteStream, ...args: unknown[]): boolean {
      const [chunk, encoding] = args;
      hook.#listener?.before();
      try {
        return Reflect.apply(hook.#original, this, args) as boolean;
      } finally {
        hook.#listener?.after(textOf(chunk, encoding, decoder));
      }
    } as Write;
    stream.write = this.#own;
  }

  /** Writes past the listener. */
  write(text: string): void {
    this.#original.call(this.#stream, text);
  }

  /** Ends the listening. What somebody has put over it in the meantime stays. */
  release(): void {
    this.#listener = undefined;
    if (this.#stream.write !== this.#own) return;
    if (this.#hadOwn) this.#stream.write = this.#original;
    else Reflect.deleteProperty(this.#stream, "write");
  }
}

function textOf(chunk: unknown, encoding: unknown, decoder: StringDecoder): string {
  if (typeof chunk === "string") {
    const isText = typeof encoding !== "string" || /^utf-?8$/i.test(encoding);
    return isText ? chunk : decoder.write(Buffer.from(chunk, encoding as BufferEncoding));
  }
  return chunk instanceof Uint8Array ? decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)) : "";
}
