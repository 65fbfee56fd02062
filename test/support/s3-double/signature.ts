/** AWS Signature Version 4 for S3, in headers and in presigned URLs ("Authenticating Requests", Amazon S3 API reference). */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Session } from "../local-lambda/sts.js";
import { allows } from "../policy.js";
import { permissionsOf } from "../s3-permissions.js";
import { S3Refusal } from "./answer.js";
import type { S3Request } from "./request.js";

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface Verifier {
  /** Of everyone who may ask. */
  credentials: readonly Credentials[];
  /** Region that requests must be signed for; undefined for any. */
  region: string | undefined;
  now: () => number;
}

/** A request's clock may be off by this much, ms. */
const MAX_SKEW_MS = 15 * 60 * 1000;

interface Signed {
  accessKeyId: string;
  /** Date, region, service and "aws4_request". */
  scope: string;
  signedHeaders: string[];
  signature: string;
  /** As `20261124T150000Z`. */
  time: string;
  /** Presigned URLs only: seconds that it holds. */
  expires: number | undefined;
}

type Head = Omit<S3Request, "body">;

/** Throws the refusal that S3 gives for a request that is not signed as it should be. */
export function verify(
  head: Head,
  { credentials, region, now }: Verifier,
  sessions: ReadonlyMap<string, Session> = new Map(),
): void {
  const signed = signedOf(head);
  const session = sessions.get(signed.accessKeyId);
  if (session) checkSession(head, session);
  const known = session ?? credentials.find(({ accessKeyId }) => accessKeyId === signed.accessKeyId);
  if (!known) throw new S3Refusal("InvalidAccessKeyId");
  checkRegion(signed, region);
  checkTime(signed, now());
  const expected = Buffer.from(signatureOf(head, signed, known.secretAccessKey));
  const actual = Buffer.from(signed.signature);
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual))
    throw new S3Refusal("SignatureDoesNotMatch");
}

function checkSession(head: Head, { sessionToken, policy }: Session): void {
  if (head.headers["x-amz-security-token"] !== sessionToken) throw new S3Refusal("InvalidToken");
  const [asked] = permissionsOf({ ...head, prefix: head.query.get("prefix") ?? "" });
  if (!allows(policy, asked))
    throw new S3Refusal("AccessDenied", `The session's policy does not allow ${asked.action}`);
}

/** Who asks, by the request's own word; undefined when it is not signed. */
export function accessKeyIn({ headers, query }: Head): string | undefined {
  const credential = query.get("X-Amz-Credential") ?? /Credential=([^,]+)/.exec(headers.authorization ?? "")?.[1];
  return credential?.split("/")[0];
}

function signedOf({ headers, query }: Head): Signed {
  if (query.has("X-Amz-Signature")) {
    const get = (name: string) => query.get(`X-Amz-${name}`) ?? "";
    return signedFrom(get("Credential"), get("SignedHeaders"), get("Signature"), get("Date"), Number(get("Expires")));
  }
  const pattern = /^AWS4-HMAC-SHA256 Credential=([^,]+), *SignedHeaders=([^,]+), *Signature=(\w+)$/;
  const [, credential, names, signature] = pattern.exec(headers.authorization ?? "") ?? [];
  if (!credential || !names || !signature) throw new S3Refusal("AccessDenied", "The request is not signed");
  return signedFrom(credential, names, signature, headers["x-amz-date"] ?? "", undefined);
}

function signedFrom(credential: string, names: string, signature: string, time: string, expires?: number): Signed {
  const [accessKeyId = "", ...scope] = credential.split("/");
  return { accessKeyId, scope: scope.join("/"), signedHeaders: names.split(";"), signature, time, expires };
}

function checkRegion({ scope }: Signed, region: string | undefined): void {
  const found = scope.split("/")[1];
  if (region === undefined || found === region) return;
  const message = `The authorization header is malformed; the region '${found}' is wrong; expecting '${region}'`;
  throw new S3Refusal("AuthorizationHeaderMalformed", message, { "x-amz-bucket-region": region });
}

function checkTime({ time, expires }: Signed, now: number): void {
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (expires !== undefined && now > at + expires * 1000) throw new S3Refusal("AccessDenied", "Request has expired");
  if (expires === undefined && !(Math.abs(now - at) <= MAX_SKEW_MS)) throw new S3Refusal("RequestTimeTooSkewed");
}

function signatureOf(head: Head, { scope, signedHeaders, time }: Signed, secret: string): string {
  const canonical = [
    head.method,
    head.path,
    canonicalQuery(head.query),
    ...signedHeaders.map((name) => `${name}:${(head.headers[name] ?? "").trim().replace(/ +/g, " ")}`),
    "",
    signedHeaders.join(";"),
    head.headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD",
  ].join("\n");
  const digest = createHash("sha256").update(canonical).digest("hex");
  const toSign = ["AWS4-HMAC-SHA256", time, scope, digest].join("\n");
  const key = scope.split("/").reduce((key: Buffer | string, part) => hmac(key, part), `AWS4${secret}`);
  return hmac(key, toSign).toString("hex");
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function canonicalQuery(query: URLSearchParams): string {
  return Array.from(query)
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`)
    .sort()
    .join("&");
}

/** As RFC 3986 has it: `encodeURIComponent` leaves five more characters as they are. */
function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
