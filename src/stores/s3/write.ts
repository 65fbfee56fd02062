/** Bodies on their way up: in one request, or in parts when they are large. */
import { randomUUID } from "node:crypto";
import { digestOf, joined, piecesOf } from "../body.js";
import { isUnknown } from "../conditions.js";
import type { Fault } from "../retry.js";
import type { Body } from "../store.js";
import type { S3Connection, Wire } from "./client.js";
import { notS3, type S3Action } from "./errors.js";

/** SHA-256 of the body, hexadecimal, in the object's metadata; checked when it is read whole. */
export const DIGEST_NAME = "nodewren-sha256";

/** Names one write, so that a writer whose answer was lost knows its own object again. */
const WRITE_NAME = "nodewren-write";

/** S3 takes no more parts ("Amazon S3 multipart upload limits"). */
const MAX_PARTS = 10_000;

/** Tries at a multipart upload that others' writes to the same key came between; S3 asks to begin again then. */
const MAX_UPLOADS = 3;

/** What the requests of one write have in common. */
interface Write {
  connection: S3Connection;
  action: S3Action;
  target: { Bucket: string; Key: string };
  metadata: Record<string, string>;
  condition: { IfNoneMatch?: "*" };
}

/** Writes the object. Resolves to false when it had to be absent and was not. */
export async function writeObject(
  connection: S3Connection,
  key: string,
  body: Body,
  { ifAbsent }: { ifAbsent: boolean },
): Promise<boolean> {
  if (ifAbsent) connection.conditions.check();
  const pieces = piecesOf(body);
  const size = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  const { bucket, prefix, partBytes } = connection.settings;
  const write: Write = {
    connection,
    action: { verb: "write", key },
    target: { Bucket: bucket, Key: prefix + key },
    metadata: {
      [DIGEST_NAME]: (await digestOf("sha256", pieces, partBytes)).toString("hex"),
      [WRITE_NAME]: randomUUID(),
    },
    condition: ifAbsent ? { IfNoneMatch: "*" } : {},
  };
  return size <= partBytes ? writeWhole(write, joined(pieces)) : writeLarge(write, pieces, size);
}

async function writeWhole(write: Write, body: Buffer): Promise<boolean> {
  const { connection, condition } = write;
  let tries = 0;
  const request = (wire: Wire) => {
    tries++;
    return putObject(wire, write, body);
  };
  const isNew = await commit(
    write,
    () => tries,
    () => connection.attempt("put", request),
  );
  if (isNew && condition.IfNoneMatch)
    await connection.conditions.prove(body.byteLength, () => connection.once("put", request));
  return isNew;
}

async function putObject({ sdk, client }: Wire, write: Write, body: Buffer): Promise<void> {
  write.connection.bytes.sent += body.byteLength;
  const { ETag } = await client.send(
    new sdk.PutObjectCommand({
      ...write.target,
      ...write.condition,
      Body: body,
      ContentType: "application/octet-stream",
      Metadata: write.metadata,
    }),
  );
  if (!ETag) throw notS3("The answer to a write has no ETag");
}

/**
 * Runs the request by which the object comes to be. After a repeated one, "exists already" and "no such upload" may mean
 * that the first one had worked and only its answer was lost.
 */
async function commit(write: Write, tries: () => number, request: () => Promise<void>): Promise<boolean> {
  try {
    await request();
    return true;
  } catch (error) {
    const { name, $metadata } = error as Fault;
    const { conditions } = write.connection;
    if (write.condition.IfNoneMatch && isUnknown(error)) throw conditions.refuse("does not know", error);
    const exists = $metadata?.httpStatusCode === 412;
    if (exists) conditions.hold();
    if (tries() > 1 && (exists || name === "NoSuchUpload") && (await isOwn(write))) return true;
    if (exists) return false;
    throw error;
  }
}

async function isOwn(write: Write): Promise<boolean> {
  return (await metadataOf(write))?.[WRITE_NAME] === write.metadata[WRITE_NAME];
}

/** Metadata of the object that is there now; undefined when there is none. */
async function metadataOf({ connection, target }: Write): Promise<Record<string, string> | undefined> {
  try {
    const head = await connection.attempt("head", ({ sdk, client }) => client.send(new sdk.HeadObjectCommand(target)));
    return head.Metadata ?? {};
  } catch (error) {
    if ((error as Fault).$metadata?.httpStatusCode === 404) return undefined;
    throw error;
  }
}

async function writeLarge(write: Write, pieces: readonly Uint8Array[], size: number): Promise<boolean> {
  const partBytes = Math.max(write.connection.settings.partBytes, Math.ceil(size / MAX_PARTS));
  const parts = cut(pieces, partBytes);
  for (let uploads = 1; ; uploads++) {
    // A look costs less than sending all parts for nothing: the condition is checked with the last request only.
    if (write.condition.IfNoneMatch && (await metadataOf(write))) return false;
    try {
      return await upload(write, parts);
    } catch (error) {
      if ((error as Fault).$metadata?.httpStatusCode !== 409 || uploads === MAX_UPLOADS) throw error;
    }
  }
}

async function upload(write: Write, parts: readonly Uint8Array[][]): Promise<boolean> {
  const { connection, target, metadata } = write;
  const { UploadId } = await connection.attempt("put", ({ sdk, client }) =>
    client.send(
      new sdk.CreateMultipartUploadCommand({ ...target, ContentType: "application/octet-stream", Metadata: metadata }),
    ),
  );
  if (!UploadId) throw notS3("The answer to the beginning of an upload has no id");
  try {
    const created = await complete(write, UploadId, await sendParts(write, UploadId, parts));
    if (!created) await abort(write, UploadId);
    return created;
  } catch (error) {
    await abort(write, UploadId);
    throw error;
  }
}

interface SentPart {
  PartNumber: number;
  ETag: string | undefined;
}

/** Settles when no request is under way any more, so that nothing arrives after an abort. */
async function sendParts(write: Write, UploadId: string, parts: readonly Uint8Array[][]): Promise<SentPart[]> {
  let failed = false;
  const sendPart = async (pieces: Uint8Array[], index: number): Promise<SentPart> => {
    const PartNumber = index + 1;
    try {
      const { ETag } = await write.connection.attempt("put", ({ sdk, client }) => {
        if (failed) throw new Error("Another part failed");
        const Body = joined(pieces);
        write.connection.bytes.sent += Body.byteLength;
        return client.send(new sdk.UploadPartCommand({ ...write.target, UploadId, PartNumber, Body }));
      });
      return { PartNumber, ETag };
    } catch (error) {
      if (failed) return { PartNumber, ETag: undefined };
      failed = true;
      throw error;
    }
  };
  const sent = await Promise.allSettled(parts.map(sendPart));
  return sent.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}

async function complete(write: Write, UploadId: string, Parts: SentPart[]): Promise<boolean> {
  const { connection, target, condition } = write;
  let tries = 0;
  return commit(
    write,
    () => tries,
    async () => {
      await connection.attempt("put", ({ sdk, client }) => {
        tries++;
        const upload = { ...target, ...condition, UploadId, MultipartUpload: { Parts } };
        return client.send(new sdk.CompleteMultipartUploadCommand(upload));
      });
    },
  );
}

/** Parts of an upload that is not ended are paid for. The error that led here says more than one from this. */
async function abort({ connection, target }: Write, UploadId: string): Promise<void> {
  const request = connection.attempt("delete", ({ sdk, client }) =>
    client.send(new sdk.AbortMultipartUploadCommand({ ...target, UploadId })),
  );
  await request.catch(() => undefined);
}

/** Views of the pieces, in parts of the given size, the last one smaller. */
function cut(pieces: readonly Uint8Array[], partBytes: number): Uint8Array[][] {
  const parts: Uint8Array[][] = [];
  let room = 0;
  for (const piece of pieces)
    for (let at = 0; at < piece.byteLength; ) {
      if (room === 0) {
        parts.push([]);
        room = partBytes;
      }
      const view = piece.subarray(at, at + room);
      parts.at(-1)?.push(view);
      at += view.byteLength;
      room -= view.byteLength;
    }
  return parts;
}
