/** A request under a signature, as JSON, for platforms that carry nothing else and let anybody ask. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { MINUTE_MS, SECOND_MS } from "../util/time.js";
import { isNumber, isText, wrongField } from "./checks.js";

export interface SealedRequest {
  /** When it was signed, ms since 1970. */
  time: number;
  /** The request as `encodeRequest` writes it. */
  request: string;
  /** HMAC-SHA256 of time and request under the token, in hexadecimal. */
  signature: string;
}

/** Longest time between the signing of a request and its arrival, ms: a cold start, and clocks that differ somewhat. */
const MAX_AGE_MS = 5 * MINUTE_MS;

/** Shortest token that is taken, characters: one that nobody guesses. */
export const MIN_TOKEN_LENGTH = 16;

/** The token itself never travels. */
export function sealRequest(request: string, token: string, time = Date.now()): SealedRequest {
  return { time, request, signature: signatureOf(time, request, token).toString("hex") };
}

/** The request's text, or why it must not be run. */
export function openSealed(
  sealed: unknown,
  token: string,
  now = Date.now(),
): { request: string; refusal?: never } | { request?: never; refusal: string } {
  const wrong = wrongField(sealed, { time: isNumber, request: isText, signature: isText });
  if (wrong) return { refusal: `This is no signed request of nodewren: its field ${wrong} is missing or wrong.` };
  const { time, request, signature } = sealed as SealedRequest;
  if (!isSame(Buffer.from(signature, "hex"), signatureOf(time, request, token)))
    return { refusal: "The signature is wrong. Give host and workers the same token (NODEWREN_HTTP_TOKEN)." };
  const apartMs = Math.abs(now - time);
  if (apartMs <= MAX_AGE_MS) return { request };
  return {
    refusal: `The request was signed ${Math.round(apartMs / SECOND_MS)} s away from this machine's time, and may be ${MAX_AGE_MS / SECOND_MS} s. Set the clocks of host and workers.`,
  };
}

function signatureOf(time: number, request: string, token: string): Buffer {
  return createHmac("sha256", token).update(`${time}\n${request}`).digest();
}

/** In a time that does not tell how much of it is right. */
function isSame(given: Buffer, right: Buffer): boolean {
  return given.byteLength === right.byteLength && timingSafeEqual(given, right);
}
