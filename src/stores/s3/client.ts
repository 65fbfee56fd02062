/** The AWS SDK's client: loaded on first use, bounded, counted, and tried again by our own rules. */
import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import type { LimitFunction } from "p-limit";
import { StoreError } from "../../errors.js";
import { agentsFor } from "../../util/agents.js";
import { Conditions } from "../conditions.js";
import { storeClosed } from "../connection-faults.js";
import { type Fault, statusOf, withRetries } from "../retry.js";
import type { S3Settings } from "./options.js";
import { s3Tries } from "./tries.js";

type Sdk = typeof import("./sdk.js");
type SdkCredentials = NonNullable<S3ClientConfig["credentials"]>;

/** Requests as S3 bills them, each try counted; numbers of AWS's price list, "Requests & data retrievals". */
export interface S3Requests {
  /** PutObject and the requests of multipart uploads. */
  put: number;
  get: number;
  head: number;
  list: number;
  /** DeleteObject and AbortMultipartUpload, which cost nothing. */
  delete: number;
  /** Those of the above that repeated a failed one. */
  retries: number;
}

/** What one request is given: the SDK's module, for its commands, and its client, to send them. */
export interface Wire {
  sdk: Sdk;
  client: S3Client;
}

interface Opened extends Wire {
  limit: LimitFunction;
  /** Aborted when the connection is closed. */
  closing: AbortController;
}

/** Time to connect, ms; a handshake takes at most a second or so anywhere on earth. */
const CONNECT_MS = 10_000;

/** Longest time from a request's start to its answer's first byte, ms: 16 MiB at 0.5 Mbit/s. */
const ANSWER_MS = 300_000;

/** Amazon S3 keeps the condition of writes everywhere. */
const AMAZON = /\.amazonaws\.(com|com\.cn|eu)$/;

export class S3Connection {
  readonly settings: S3Settings;
  readonly requests: S3Requests = { put: 0, get: 0, head: 0, list: 0, delete: 0, retries: 0 };
  /** Bytes of bodies, without headers. */
  readonly bytes = { sent: 0, received: 0 };
  readonly conditions: Conditions;
  #opened: Promise<Opened> | undefined;

  constructor(settings: S3Settings) {
    this.settings = settings;
    this.conditions = conditionsOf(settings);
  }

  /** Runs one request, in its turn, up to its whole answer; tries again what may pass. Rejects with the SDK's error. */
  async attempt<T>(kind: keyof S3Requests, request: (wire: Wire) => Promise<T>): Promise<T> {
    return this.#inTurn(kind, request, (once) => withRetries(once, s3Tries, () => this.requests.retries++));
  }

  /** The same, and tries nothing again. */
  async once<T>(kind: keyof S3Requests, request: (wire: Wire) => Promise<T>): Promise<T> {
    return this.#inTurn(kind, request, (once) => once());
  }

  async #inTurn<T>(
    kind: keyof S3Requests,
    request: (wire: Wire) => Promise<T>,
    run: (once: () => Promise<T>) => Promise<T>,
  ): Promise<T> {
    this.#opened ??= open(this.settings);
    const { limit, closing, ...wire } = await this.#opened;
    return limit(() =>
      run(async () => {
        closing.signal.throwIfAborted();
        this.requests[kind]++;
        try {
          return await request(wire);
        } catch (error) {
          // Not tried again on these connections, whatever it failed with.
          closing.signal.throwIfAborted();
          throw error;
        }
      }),
    );
  }

  /** Requests under way fail. The next request makes a new client. */
  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    const { client, closing } = (await opened?.catch(() => undefined)) ?? {};
    closing?.abort(storeClosed());
    client?.destroy();
  }
}

function conditionsOf({ bucket, endpoint }: S3Settings): Conditions {
  const names = {
    bucket,
    server: `The server of bucket ${bucket}${endpoint ? ` (${endpoint})` : ""}`,
    condition: "If-None-Match: *",
    keepers: "Amazon S3, MinIO or Ceph's radosgw",
  };
  const isProven = endpoint === undefined || AMAZON.test(new URL(endpoint).hostname);
  return new Conditions(names, isProven, (error) => statusOf(error as Fault) === 412);
}

async function open(settings: S3Settings): Promise<Opened> {
  const [sdk, { default: pLimit }] = await Promise.all([loadSdk(), import("p-limit")]);
  const agents = await agentsFor(
    settings.endpoint,
    { keepAlive: true, maxSockets: settings.maxRequests },
    settings.agent,
  );
  const client = new sdk.S3Client({
    ...(settings.region ? { region: settings.region } : {}),
    ...(settings.endpoint ? { endpoint: settings.endpoint } : {}),
    ...(settings.credentials ? { credentials: settings.credentials as SdkCredentials } : {}),
    forcePathStyle: settings.forcePathStyle,
    // Tries are ours: the SDK knows neither a reset in mid-body nor which 409 to repeat.
    maxAttempts: 1,
    // Bodies carry a digest of ours, and bytes on their way up are signed. CRC32s beside these cost CPU, and old servers refuse them.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: Math.min(CONNECT_MS, settings.timeoutMs),
      socketTimeout: settings.timeoutMs,
      requestTimeout: ANSWER_MS,
      throwOnRequestTimeout: true,
      ...agents,
    },
  });
  const { bucketOwner } = settings;
  if (bucketOwner !== undefined)
    client.middlewareStack.add(
      (next) => (args) => next({ ...args, input: { ...args.input, ExpectedBucketOwner: bucketOwner } }),
      { step: "initialize", name: "nodewrenBucketOwner" },
    );
  return { sdk, client, limit: pLimit(settings.maxRequests), closing: new AbortController() };
}

/** Rejects with `StoreError` when it is not installed. */
export async function loadSdk(): Promise<Sdk> {
  try {
    return await import("@aws-sdk/client-s3");
  } catch (cause) {
    throw new StoreError(
      "Reading and writing objects of S3 needs the AWS SDK's client for S3, which cannot be loaded here. Install it: npm install @aws-sdk/client-s3",
      { cause },
    );
  }
}
