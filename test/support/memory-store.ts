import type { Body, ByteRange, Store, StoreEntry } from "nodewren";
import { checkKey, checkPrefix, compareKeys } from "../../src/stores/keys.js";

/** A store in this process's memory, for units that need one, and as proof that the contract fits more than folders. */
export class MemoryStore implements Store {
  readonly reach = "machine";
  readonly descriptor = { kind: "memory" };
  readonly objects = new Map<string, Uint8Array>();

  async putIfAbsent(key: string, body: Body): Promise<boolean> {
    checkKey(key);
    if (this.objects.has(key)) return false;
    this.objects.set(key, join(body));
    return true;
  }

  async put(key: string, body: Body): Promise<void> {
    checkKey(key);
    this.objects.set(key, join(body));
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    checkKey(key);
    return this.objects.get(key)?.slice(range?.start, range?.end);
  }

  async *list(prefix: string, { startAfter = "" }: { startAfter?: string } = {}): AsyncIterable<StoreEntry> {
    checkPrefix(prefix);
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && compareKeys(key, startAfter) > 0);
    for (const key of keys.sort(compareKeys)) yield { key, bytes: this.objects.get(key)?.byteLength ?? 0 };
  }

  async delete(key: string): Promise<void> {
    checkKey(key);
    this.objects.delete(key);
  }
}

function join(body: Body): Uint8Array {
  return new Uint8Array(Buffer.concat(body instanceof Uint8Array ? [body] : body));
}
