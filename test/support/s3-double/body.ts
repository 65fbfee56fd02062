/** Bodies: the "aws-chunked" coding undone, and every digest checked that came along. */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { crc32 } from "node:zlib";
import { S3Refusal } from "./answer.js";

export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The body proper, and headers with the trailers among them. */
export function decodeBody(
  raw: Buffer,
  headers: Record<string, string>,
): { body: Buffer; headers: Record<string, string> } {
  const declared = headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD";
  const isChunked = declared.startsWith("STREAMING-");
  const { body, trailers } = isChunked ? dechunked(raw) : { body: raw, trailers: {} };
  const all = { ...headers, ...trailers };
  if (isChunked && Number(headers["x-amz-decoded-content-length"]) !== body.byteLength)
    throw new S3Refusal("IncompleteBody");
  if (/^[0-9a-f]{64}$/.test(declared) && hash("sha256", body).toString("hex") !== declared)
    throw new S3Refusal("XAmzContentSHA256Mismatch");
  if (all["content-md5"] && hash("md5", body).toString("base64") !== all["content-md5"])
    throw new S3Refusal("BadDigest");
  const crc = all["x-amz-checksum-crc32"];
  if (crc && crc32Of(body) !== crc) throw new S3Refusal("BadDigest", "The CRC32 does not match the body");
  return { body, headers: all };
}

/** As S3 writes it: four bytes, most significant first, in base64. */
export function crc32Of(body: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString("base64");
}

export function hash(algorithm: string, bytes: Uint8Array): Buffer {
  return createHash(algorithm).update(bytes).digest();
}

/** Signatures of single chunks are not checked: the JavaScript SDK makes none. */
function dechunked(raw: Buffer): { body: Buffer; trailers: Record<string, string> } {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = raw.indexOf("\r\n", at);
    if (lineEnd < 0) throw new S3Refusal("IncompleteBody");
    const size = Number.parseInt(raw.toString("latin1", at, lineEnd), 16);
    at = lineEnd + 2;
    if (size === 0) break;
    chunks.push(raw.subarray(at, at + size));
    at += size + 2;
  }
  const lines = raw.toString("latin1", at).split("\r\n").filter(Boolean);
  const trailers = lines.map((line) => line.split(/:\s*/, 2) as [string, string]);
  return { body: Buffer.concat(chunks), trailers: Object.fromEntries(trailers) };
}
