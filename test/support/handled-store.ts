/** Jobs on stores that are tampered with. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Body, type ByteRange, FileStore, type Job, type Settled } from "nodewren";
import { onTestFinished } from "vitest";

/** Longest that a job may take to settle on a store that fails, ms. Each of them takes milliseconds on a quiet machine. */
const SETTLES_MS = 60_000;

export async function settledInTime<R>(job: Job<R>): Promise<Settled<R>[]> {
  const late = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`Not settled within ${SETTLES_MS} ms`)), SETTLES_MS);
    onTestFinished(() => clearTimeout(timer));
  });
  return Promise.race([job.settled(), late]);
}

export const statesOf = (settled: Settled<unknown>[]) => settled.map((outcome) => outcome.status);

/** Lets a test lay hands on objects that the host has stored or is about to read. */
export class HandledStore extends FileStore {
  afterPut: (key: string, file: string) => void = () => {};
  beforeGet: (key: string, file: string) => void = () => {};

  override async putIfAbsent(key: string, body: Body): Promise<boolean> {
    const created = await super.putIfAbsent(key, body);
    this.afterPut(key, join(this.folder, key));
    return created;
  }

  override async get(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    this.beforeGet(key, join(this.folder, key));
    return super.get(key, range);
  }
}

/** Results above this do not ride in the answer, so the host reads them from the store. */
export const LARGE_BYTES = 300_000;

/** Changes a bit of the byte; a negative `at` counts from the end. */
export function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = (bytes[index] as number) ^ 1;
  writeFileSync(file, bytes);
}
