/** What a bucket holds, and the conditions under which it changes. */
import { S3Refusal } from "./answer.js";

export interface StoredObject {
  body: Buffer;
  /** With its quotes. */
  etag: string;
  modified: Date;
  contentType: string;
  /** `x-amz-meta-` headers by their full names. */
  metadata: Record<string, string>;
  /** Absent for objects that were uploaded in parts. */
  crc32: string | undefined;
}

export interface Upload {
  key: string;
  contentType: string;
  metadata: Record<string, string>;
  parts: Map<number, { body: Buffer; etag: string }>;
}

export class Bucket {
  /** Of the bucket itself. */
  tags: Record<string, string> = {};
  /** Account that it belongs to. */
  owner = "123456789012";
  readonly uploads = new Map<string, Upload>();
  readonly #objects = new Map<string, StoredObject>();
  #sorted: string[] | undefined;

  get size(): number {
    return this.#objects.size;
  }

  find(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  get(key: string): StoredObject {
    const found = this.#objects.get(key);
    if (!found) throw new S3Refusal("NoSuchKey", "The specified key does not exist.");
    return found;
  }

  set(key: string, object: StoredObject): void {
    if (!this.#objects.has(key)) this.#sorted = undefined;
    this.#objects.set(key, object);
  }

  delete(key: string): void {
    if (this.#objects.delete(key)) this.#sorted = undefined;
  }

  /** In the order of their UTF-8 bytes. */
  keys(): string[] {
    this.#sorted ??= Array.from(this.#objects.keys(), (key) => Buffer.from(key))
      .sort(Buffer.compare)
      .map(String);
    return this.#sorted;
  }
}

/** Throws the refusal of a write, or a deletion, whose condition does not hold. */
export function checkWriteConditions(headers: Record<string, string>, current: StoredObject | undefined): void {
  if (headers["if-none-match"] !== undefined) {
    if (headers["if-none-match"] !== "*") throw new S3Refusal("NotImplemented", "If-None-Match takes * here");
    if (current) throw new S3Refusal("PreconditionFailed");
  }
  const wanted = headers["if-match"];
  if (wanted === undefined) return;
  if (!current) throw new S3Refusal("NoSuchKey");
  if (!matches(wanted, current.etag)) throw new S3Refusal("PreconditionFailed");
}

export function checkReadConditions(headers: Record<string, string>, current: StoredObject): void {
  const [wanted, unwanted] = [headers["if-match"], headers["if-none-match"]];
  if (wanted !== undefined && !matches(wanted, current.etag)) throw new S3Refusal("PreconditionFailed");
  if (unwanted !== undefined && matches(unwanted, current.etag)) throw new S3Refusal("NotModified");
}

function matches(wanted: string, etag: string): boolean {
  return wanted === "*" || wanted.replaceAll('"', "") === etag.replaceAll('"', "");
}
