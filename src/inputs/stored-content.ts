/** A file whose bytes lie in the executor's store, in blocks of one size. */
import { InputError } from "../errors.js";
import type { ByteRange, Store } from "../stores/store.js";
import { uploadKey } from "../wire/keys.js";
import type { Content } from "./content.js";
import type { StoredOrigin } from "./descriptor.js";

export class StoredContent implements Content {
  constructor(
    readonly name: string,
    readonly size: number,
    private readonly origin: StoredOrigin,
    private readonly store: Store | undefined,
  ) {}

  async *read({ start, end }: ByteRange): AsyncGenerator<Uint8Array> {
    const { blockBytes } = this.origin;
    for (let at = start; at < Math.min(end, this.size); ) {
      const block = Math.floor(at / blockBytes);
      const first = block * blockBytes;
      const last = Math.min(end, this.size, first + blockBytes);
      yield await this.#block(block, { start: at - first, end: last - first });
      at = last;
    }
  }

  async #block(index: number, range: ByteRange): Promise<Uint8Array> {
    const key = uploadKey(this.origin.blocks[index] ?? "");
    const bytes = await this.store?.get(key, range);
    if (bytes?.byteLength === range.end - range.start) return bytes;
    throw new InputError(
      this.name,
      `The store has no ${key}, which holds a part of ${this.name}. Was it cleaned? Put the file there again: executor.upload().`,
    );
  }
}
