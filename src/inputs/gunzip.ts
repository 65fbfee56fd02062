/** Files that are compressed: known by their first bytes, whatever their names say. */
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { InputError } from "../errors.js";
import { textOf } from "../util/describe-value.js";
import type { Content } from "./content.js";

/** First two bytes of gzip's format (RFC 1952, ID1 and ID2), which begin no text in UTF-8. */
const MAGIC = [0x1f, 0x8b] as const;

/** Whether the content is compressed. Reads two bytes. */
export async function isGzip(content: Content): Promise<boolean> {
  const iterator = content.read({ start: 0, end: MAGIC.length })[Symbol.asyncIterator]();
  try {
    return hasMagic((await peek(iterator)).head);
  } finally {
    await iterator.return?.();
  }
}

/** The bytes, unpacked where they are compressed by gzip. Rejects with `InputError` when that is damaged or cut off. */
export async function* gunzipped(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    const { head, isEnd } = await peek(iterator);
    const all = join(head, isEnd, iterator);
    if (hasMagic(head)) yield* unpack(name, all);
    else yield* all;
  } finally {
    await iterator.return?.();
  }
}

function hasMagic(head: Uint8Array): boolean {
  return MAGIC.every((byte, i) => head[i] === byte);
}

/** Enough of the beginning to know. */
async function peek(iterator: AsyncIterator<Uint8Array>): Promise<{ head: Uint8Array; isEnd: boolean }> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.byteLength < MAGIC.length) {
    const step = await iterator.next();
    if (step.done) return { head, isEnd: true };
    head = head.byteLength === 0 ? step.value : Buffer.concat([head, step.value]);
  }
  return { head, isEnd: false };
}

async function* join(head: Uint8Array, isEnd: boolean, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.byteLength > 0) yield head;
  if (isEnd) return;
  for (let step = await rest.next(); !step.done; step = await rest.next()) yield step.value;
}

async function* unpack(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // The callback is there because pipeline() needs one; a failure is thrown by the loop.
  const gunzip = pipeline(Readable.from(chunks, { objectMode: false }), createGunzip(), () => {});
  try {
    for await (const chunk of gunzip) yield chunk as Uint8Array;
  } catch (cause) {
    if (!(cause as NodeJS.ErrnoException).code?.startsWith("Z_")) throw cause;
    throw new InputError(
      name,
      `${name} begins as gzip does, but cannot be unpacked: ${textOf(cause)}. To read it as it is, give decompress: false.`,
      { cause },
    );
  }
}
