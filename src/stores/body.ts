/** Bodies on their way up. */
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { Body } from "./store.js";

export function piecesOf(body: Body): readonly Uint8Array[] {
  return body instanceof Uint8Array ? [body] : body;
}

/** The event loop gets its turn after each `turnBytes` of a large body. */
export async function digestOf(
  algorithm: "sha256" | "md5",
  pieces: readonly Uint8Array[],
  turnBytes: number,
): Promise<Buffer> {
  const hash = createHash(algorithm);
  let sinceTurn = 0;
  for (const piece of pieces)
    for (let at = 0; at < piece.byteLength; at += turnBytes) {
      const slice = piece.subarray(at, at + turnBytes);
      hash.update(slice);
      sinceTurn += slice.byteLength;
      if (sinceTurn >= turnBytes) await setImmediate();
      if (sinceTurn >= turnBytes) sinceTurn = 0;
    }
  return hash.digest();
}

/** A Buffer: streams are sent in a coding that not every server takes, and cannot be sent again. */
export function joined(pieces: readonly Uint8Array[]): Buffer {
  const [only] = pieces;
  if (pieces.length !== 1 || !only) return Buffer.concat(pieces);
  return Buffer.from(only.buffer, only.byteOffset, only.byteLength);
}
