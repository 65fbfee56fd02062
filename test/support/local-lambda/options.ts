import { EVENT_AGE_S } from "./limits.js";
import type { ApiRequest } from "./recorder.js";

export interface LocalLambdaOptions {
  /** Calls that may run at once in the whole account. Default: 1000. */
  accountConcurrency?: number;
  /** Wait before a new environment starts, ms. Default: 0. */
  coldStartDelayMs?: number;
  /** Waits before the second and third try of a failed event, ms. Lambda: 60000 and 120000. Default: 100 and 200. */
  eventRetryDelaysMs?: readonly number[];
  /** Wait before an event that was throttled is tried again, ms. Default: 50. */
  eventThrottleDelayMs?: number;
  /** Age at which events are given up, ms; a function's own MaximumEventAgeInSeconds goes before. Default: six hours. */
  maxEventAgeMs?: number;
  /** How long functions stay Pending, and their updates InProgress, ms. 0: not at all. Default: 50. */
  stateDelayMs?: number;
  /** Age below which a role cannot be assumed yet, as IAM's changes take time to spread, ms. Default: 0. */
  roleSettleMs?: number;
  /** What Lambda says of a role that has not settled: that it cannot assume it, or that it cannot grant it a key. Default: `"assume"`. */
  roleRefusal?: "assume" | "grant";
  /** Variables for every function's process. They go before the function's own. */
  environment?: Record<string, string>;
  /** Folder of packages that stands for the runtime's own, which on Lambda has the AWS SDK. Default: no packages. */
  runtimeModules?: string;
  /** Path of the Node.js that runs a runtime. Default: the one that runs this. */
  nodePath?: (runtime: string) => string;
  /** Fetches code that is deployed by S3Bucket and S3Key; undefined when there is no such object. */
  fetchCode?: (bucket: string, key: string) => Promise<Uint8Array | undefined>;
  /** False refuses the request (AccessDenied). Asked for implied permissions too. Default: all are allowed. */
  authorize?: (request: ApiRequest) => boolean;
  /** Access keys of the account; requests by any other are refused. Default: all are accepted. */
  accessKeyIds?: readonly string[];
  region?: string;
  /** Default: 123456789012. */
  accountId?: string;
}

/** Knobs that tests may turn while it runs. */
export interface Knobs {
  /** Every n-th event is delivered twice; 0: none. */
  duplicateEvents: number;
  /** Every n-th event is accepted and then lost; 0: none. */
  dropEvents: number;
  /** `Retry-After` of throttled Invokes, seconds; undefined: no such header. */
  retryAfterSeconds: number | undefined;
}

/** What functions are given as the credentials of their role. */
export const WORKER_CREDENTIALS = {
  accessKeyId: "ASIALOCALLAMBDAWORKER",
  secretAccessKey: "local-lambda-worker",
  sessionToken: "local-lambda-session",
};

type Given = "runtimeModules" | "fetchCode" | "authorize" | "accessKeyIds";
export type Settings = Required<Omit<LocalLambdaOptions, Given>> & Pick<LocalLambdaOptions, Given>;

export function settingsOf(options: LocalLambdaOptions): Settings {
  return {
    accountConcurrency: 1000,
    coldStartDelayMs: 0,
    eventRetryDelaysMs: [100, 200],
    eventThrottleDelayMs: 50,
    maxEventAgeMs: EVENT_AGE_S.max * 1000,
    stateDelayMs: 50,
    roleSettleMs: 0,
    roleRefusal: "assume",
    environment: {},
    nodePath: () => process.execPath,
    region: "us-east-1",
    accountId: "123456789012",
    ...options,
  };
}
