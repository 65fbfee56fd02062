/**
 * An S3 server in this process, for tests: requests are authenticated, conditions are kept, and it fails on demand. What
 * it promises is held against the real SDK, and beside a real server, in `test/contract/s3-servers.test.ts`.
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Session } from "../local-lambda/sts.js";
import { type Answer, errorAnswer, S3Refusal } from "./answer.js";
import { decodeBody, readBody } from "./body.js";
import { Bucket } from "./bucket.js";
import { getBucketTagging, putBucketTagging } from "./bucket-settings.js";
import { type FaultRule, Faults, faultAfter, faultBefore } from "./faults.js";
import { listObjects } from "./listing.js";
import { abortUpload, completeUpload, createUpload, uploadPart } from "./multipart.js";
import { copyObject, deleteObject, deleteObjects, getObject, putObject } from "./objects.js";
import { readHead, type S3Request } from "./request.js";
import { accessKeyIn, type Credentials, verify } from "./signature.js";

export interface S3DoubleOptions {
  /** Default: a free one. */
  port?: number;
  credentials?: Credentials;
  /** Others who may ask, besides `credentials`. */
  otherCredentials?: readonly Credentials[];
  /** Keys that STS gave out: what they are used for has to be allowed by the session's own policy. */
  sessions?: ReadonlyMap<string, Session>;
  /** Region that requests must be signed for. Default: any. */
  region?: string;
  /** What it makes of `If-None-Match` on writes: as S3 does, nothing at all, or 501 as servers that have it not. Default: `"kept"`. */
  conditions?: "kept" | "ignored" | "unknown";
  /** What the server's clock is ahead, ms. Default 0. */
  clockAheadMs?: number;
}

/** Who asked for what. */
export interface LoggedRequest {
  operation: string;
  bucket: string;
  key: string;
  /** Of a list. */
  prefix: string;
  accessKeyId: string | undefined;
}

export interface S3Double {
  endpoint: string;
  credentials: Credentials;
  buckets: Map<string, Bucket>;
  /** Requests so far, by the API's operation. */
  requests: Record<string, number>;
  /** Each request, in order. */
  log: readonly LoggedRequest[];
  /** Makes the bucket; default a new name. */
  createBucket(name?: string): string;
  fail(rule: FaultRule): void;
  mend(): void;
  close(): Promise<void>;
}

/** Above the SDK's idle time of a socket, so that the server is never the first to hang up. */
const KEEP_ALIVE_MS = 65_000;

type Handler = (bucket: Bucket, request: S3Request) => Answer;

export async function startS3Double(options: S3DoubleOptions = {}): Promise<S3Double> {
  const buckets = new Map<string, Bucket>();
  const requests: Record<string, number> = {};
  const log: LoggedRequest[] = [];
  const faults = new Faults();
  const credentials = options.credentials ?? { accessKeyId: "DOUBLE", secretAccessKey: randomUUID() };
  const now = () => Date.now() + (options.clockAheadMs ?? 0);
  const verifier = { credentials: [credentials, ...(options.otherCredentials ?? [])], region: options.region, now };

  const act = (head: Omit<S3Request, "body">, raw: Buffer): Answer => {
    verify(head, verifier, options.sessions);
    return handle(buckets, withoutConditions({ ...head, ...decodeBody(raw, head.headers) }, options));
  };
  const answerTo = async (message: IncomingMessage, response: ServerResponse): Promise<Answer | "gone"> => {
    const head = readHead(message);
    requests[head.operation] = (requests[head.operation] ?? 0) + 1;
    log.push(loggedOf(head));
    const rule = faults.next(head.operation);
    const raw = await readBody(message);
    const early = rule && faultBefore(rule, response);
    if (early) return early;
    const answer = orRefusal(() => act(head, raw));
    return rule ? faultAfter(rule, answer, response) : answer;
  };
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (message, response) => {
    response.sendDate = false;
    response.setHeader("date", new Date(now()).toUTCString());
    answerTo(message, response).then(
      (answer) => answer !== "gone" && send(answer, message.method, response),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials,
    buckets,
    requests,
    log,
    createBucket: (name = `bucket-${randomUUID()}`) => {
      buckets.set(name, new Bucket());
      return name;
    },
    fail: (rule) => faults.add(rule),
    mend: () => faults.clear(),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The request as a server sees it that keeps no conditions. */
function withoutConditions(request: S3Request, { conditions = "kept" }: S3DoubleOptions): S3Request {
  const { "if-none-match": condition, ...headers } = request.headers;
  if (conditions === "kept" || condition === undefined || request.method === "GET") return request;
  if (conditions === "unknown")
    throw new S3Refusal("NotImplemented", "A header you provided implies functionality that is not implemented.");
  return { ...request, headers };
}

function loggedOf(head: Omit<S3Request, "body">): LoggedRequest {
  const { operation, bucket, key, query } = head;
  return { operation, bucket, key, prefix: query.get("prefix") ?? "", accessKeyId: accessKeyIn(head) };
}

function orRefusal(act: () => Answer): Answer {
  try {
    return act();
  } catch (error) {
    if (error instanceof S3Refusal) return error.answer;
    return errorAnswer(500, "InternalError", String(error));
  }
}

const HANDLERS: Record<string, Handler> = {
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: getObject,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  ListObjectsV2: listObjects,
  HeadBucket: () => ({ status: 200 }),
  GetBucketTagging: getBucketTagging,
  PutBucketTagging: putBucketTagging,
  CreateMultipartUpload: createUpload,
  UploadPart: uploadPart,
  CompleteMultipartUpload: completeUpload,
  AbortMultipartUpload: abortUpload,
};

function handle(buckets: Map<string, Bucket>, request: S3Request): Answer {
  const bucketOf = (name: string): Bucket => {
    const bucket = buckets.get(name);
    if (!bucket) throw new S3Refusal("NoSuchBucket", "The specified bucket does not exist");
    const expected = request.headers["x-amz-expected-bucket-owner"];
    if (expected !== undefined && expected !== bucket.owner) throw new S3Refusal("AccessDenied");
    return bucket;
  };
  const { operation, bucket: name } = request;
  if (operation === "CreateBucket") {
    const isRegional = request.headers["x-amz-bucket-namespace"] === "account-regional";
    if (name.endsWith("-an") !== isRegional)
      throw new S3Refusal("InvalidBucketName", "The bucket name is not valid in the namespace that was asked for.");
    if (!buckets.has(name)) buckets.set(name, new Bucket());
    return { status: 200, headers: { location: `/${name}` } };
  }
  if (operation === "CopyObject") return copyObject(bucketOf(name), request, bucketOf);
  if (operation === "DeleteBucket") {
    if (bucketOf(name).size > 0) throw new S3Refusal("BucketNotEmpty");
    buckets.delete(name);
    return { status: 204 };
  }
  const handler = HANDLERS[operation];
  if (!handler) throw new S3Refusal("NotImplemented", `The double has no ${operation}`);
  return handler(bucketOf(name), request);
}

function send({ status, headers = {}, body }: Answer, method: string | undefined, response: ServerResponse): void {
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
  if (headers["content-type"] !== "text/html") response.setHeader("x-amz-request-id", randomUUID());
  if (status !== 204 && status !== 304) response.setHeader("content-length", body?.byteLength ?? 0);
  response.writeHead(status);
  response.end(method === "HEAD" ? undefined : body);
}
