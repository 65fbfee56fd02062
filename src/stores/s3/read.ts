/** Bodies on their way down: the first part tells the size, the others follow at once. */
import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { SECOND_MS } from "../../util/time.js";
import { bodySlow, LEAST_BYTES_PER_S } from "../connection-faults.js";
import { damaged, type Fault } from "../retry.js";
import type { ByteRange } from "../store.js";
import type { S3Connection, Wire } from "./client.js";
import { notS3 } from "./errors.js";
import { DIGEST_NAME } from "./write.js";

/** Tries at a body whose parts are of different versions, or whose digest is wrong. */
const MAX_READS = 3;

/** The bytes that were asked for, of which the first part has come. */
interface Begun {
  bytes: Uint8Array;
  /** Place in the object of the first byte. */
  start: number;
  /** Bytes that have come. */
  done: number;
  etag: string | undefined;
  /** Set when the whole object was asked for. */
  digest: string | undefined;
}

/** The body, or the range of it, cut at its end; undefined when there is no such object. */
export async function readObject(
  connection: S3Connection,
  key: string,
  range: ByteRange | undefined,
): Promise<Uint8Array | undefined> {
  for (let reads = 1; ; reads++) {
    try {
      const begun = await begin(connection, key, range);
      if (!begun) return undefined;
      await readRest(connection, key, begun);
      checkDigest(begun);
      return begun.bytes;
    } catch (error) {
      if ((error as Fault).code !== "ERR_BODY_DAMAGED" || reads === MAX_READS) throw error;
    }
  }
}

async function begin(
  connection: S3Connection,
  key: string,
  range: ByteRange = { start: 0, end: Infinity },
): Promise<Begun | undefined> {
  const start = Math.max(0, range.start);
  // An empty range still has to tell whether the object is there.
  const wanted = Math.max(0, range.end - start);
  const bytes = Math.max(1, Math.min(wanted, connection.settings.partBytes));
  try {
    return await connection.attempt("get", async (wire) => {
      const answer = await get(wire, connection, key, start, bytes);
      const total = totalOf(answer.ContentRange) ?? answer.ContentLength ?? 0;
      const begun = {
        bytes: new Uint8Array(Math.max(0, Math.min(wanted, total - start))),
        start,
        done: Math.min(wanted, answer.ContentLength ?? 0),
        etag: answer.ETag,
        digest: start === 0 && wanted >= total ? answer.Metadata?.[DIGEST_NAME] : undefined,
      };
      await receive(connection, answer, begun.bytes.subarray(0, begun.done));
      return begun;
    });
  } catch (error) {
    const { name, $metadata } = error as Fault;
    if (name === "NoSuchKey") return undefined;
    // The range begins at or behind the end: so the object is there, and may be empty.
    if ($metadata?.httpStatusCode === 416)
      return { bytes: new Uint8Array(0), start, done: 0, etag: undefined, digest: undefined };
    throw error;
  }
}

async function readRest(connection: S3Connection, key: string, begun: Begun): Promise<void> {
  const { partBytes } = connection.settings;
  const reads: Promise<void>[] = [];
  for (let at = begun.done; at < begun.bytes.byteLength; at += partBytes)
    reads.push(readPart(connection, key, begun, at));
  const failed = (await Promise.allSettled(reads)).find((read) => read.status === "rejected");
  if (failed) throw failed.reason;
}

async function readPart(connection: S3Connection, key: string, begun: Begun, at: number): Promise<void> {
  const target = begun.bytes.subarray(at, at + connection.settings.partBytes);
  await connection.attempt("get", async (wire) => {
    const answer = await get(wire, connection, key, begun.start + at, target.byteLength);
    // Compared here and not by If-Match, for which servers differ in whether the tag has quotes.
    if (answer.ETag !== begun.etag) throw changed(key);
    await receive(connection, answer, target);
  });
}

/** Not tried again part by part, but from the start. */
function changed(key: string): Error {
  return damaged(`${key} was replaced while it was read`);
}

async function get({ sdk, client }: Wire, { settings }: S3Connection, key: string, start: number, bytes: number) {
  const Range = `bytes=${start}-${start + bytes - 1}`;
  const target = { Bucket: settings.bucket, Key: settings.prefix + key, Range };
  const answer = await client.send(new sdk.GetObjectCommand(target));
  if (!answer.ETag) throw notS3("The answer to a read has no ETag");
  return answer;
}

/** Size of the object, from `bytes 0-99/1000`. */
function totalOf(contentRange: string | undefined): number | undefined {
  const total = contentRange?.split("/")[1];
  return total === undefined ? undefined : Number(total);
}

/** Rejects unless exactly the target's bytes come, and in time. */
async function receive(connection: S3Connection, answer: { Body?: unknown }, target: Uint8Array): Promise<void> {
  const body = answer.Body as Readable;
  const limitMs = connection.settings.timeoutMs + (target.byteLength / LEAST_BYTES_PER_S) * SECOND_MS;
  const timer = setTimeout(() => body.destroy(bodySlow(target.byteLength, limitMs)), limitMs);
  try {
    await receiveAll(connection, body, target);
  } finally {
    clearTimeout(timer);
  }
}

async function receiveAll(connection: S3Connection, body: Readable, target: Uint8Array): Promise<void> {
  let got = 0;
  for await (const chunk of body) {
    const bytes = chunk as Uint8Array;
    connection.bytes.received += bytes.byteLength;
    if (got < target.byteLength) target.set(bytes.subarray(0, target.byteLength - got), got);
    got += bytes.byteLength;
  }
  if (got < target.byteLength) throw damaged(`The body ended after ${got} of ${target.byteLength} bytes`);
}

function checkDigest({ bytes, digest }: Begun): void {
  if (digest === undefined) return;
  const actual = createHash("sha256").update(bytes).digest("hex");
  if (actual !== digest) throw damaged(`The body's SHA-256 is ${actual}, but ${digest} was written`);
}
