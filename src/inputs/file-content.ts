/** A file of this machine. */
import { type FileHandle, open } from "node:fs/promises";
import { InputError } from "../errors.js";
import type { ByteRange } from "../stores/store.js";
import { textOf } from "../util/describe-value.js";
import type { Content } from "./content.js";
import type { FileOrigin } from "./descriptor.js";

/** Bytes that one read takes; more gains nothing, and strings made of a chunk keep it alive. */
const CHUNK_BYTES = 256 * 1024;

export class FileContent implements Content {
  constructor(
    readonly name: string,
    readonly size: number,
    private readonly origin: FileOrigin,
  ) {}

  async *read({ start, end }: ByteRange): AsyncGenerator<Uint8Array> {
    const file = await this.#open();
    try {
      await this.#check(file);
      for (let at = start; at < Math.min(end, this.size); ) {
        const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - at, this.size - at));
        const { bytesRead } = await file.read(chunk, 0, chunk.byteLength, at);
        if (bytesRead === 0) throw this.#changed();
        at += bytesRead;
        yield chunk.subarray(0, bytesRead);
      }
      // Written to while it was read.
      await this.#check(file);
    } finally {
      await file.close();
    }
  }

  async #open(): Promise<FileHandle> {
    try {
      return await open(this.origin.path);
    } catch (cause) {
      const isGone = (cause as NodeJS.ErrnoException).code === "ENOENT";
      const what = isGone ? "is gone: it was there when it was listed" : `cannot be read: ${textOf(cause)}`;
      throw new InputError(this.name, `The file ${this.origin.path} ${what}.`, { cause });
    }
  }

  async #check(file: FileHandle): Promise<void> {
    const { size, mtimeMs } = await file.stat();
    if (size !== this.size || mtimeMs !== this.origin.mtimeMs) throw this.#changed();
  }

  #changed(): InputError {
    return new InputError(
      this.name,
      `The file ${this.origin.path} was changed after it was listed. Map over it again once nothing writes to it any more.`,
    );
  }
}
