/** The options of `LambdaBackend`: each once, with its unit, default and check. */
import type { Agent } from "node:http";
import { type Check, checkOptions, integerIn } from "../../options/check.js";
import { isAgent } from "../../util/agents.js";
import { MAX_TIMER_MS, MINUTE_MS, SECOND_MS } from "../../util/time.js";
import { FUNCTION_NAME } from "./function-name.js";

/** Credentials of the AWS SDK, or a function that fetches them anew when they expire. */
export type LambdaCredentials = LambdaKeys | (() => Promise<LambdaKeys>);

export interface LambdaKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  /** When they end; without it they are taken to last. */
  expiration?: Date | undefined;
}

export interface LambdaBackendOptions {
  /** The deployed function: its name, partial or full ARN, with a version or alias behind it or not. Default `"nodewren"`. */
  functionName?: string | undefined;
  /** Default: the ARN's, else that of the AWS SDK's own chain (`AWS_REGION`, the profile). */
  region?: string | undefined;
  /** URL of Lambda's API. Default: that of the region, or what the SDK's chain says (`AWS_ENDPOINT_URL_LAMBDA`). */
  endpoint?: string | undefined;
  /** Default: the SDK's own chain: environment, profile, single sign-on, role of the machine. */
  credentials?: LambdaCredentials | undefined;
  /**
   * Agent of Node for all connections, such as one of a proxy, or with certificates of your own. Default: one that goes through the proxy of HTTPS_PROXY or
   * HTTP_PROXY, unless NO_PROXY names the host; on Node before 22.21 and 24.5 with the package `proxy-agent`.
   */
  agent?: Agent | undefined;
  /**
   * `"push"`: each shard holds a connection open and is answered at once. `"poll"`: Lambda queues the shards, and results
   * are looked for in the store. `"auto"`, the default: pushes what connections are there for, and polls for the rest and
   * for shards that are known to take more than five minutes.
   */
  invocation?: "auto" | "push" | "poll" | undefined;
  /**
   * Shards that run at once. Default: what Lambda grants the function (its reserved concurrency, or what the account has
   * unreserved), but at most 1,000. Never more than Lambda grants.
   */
  concurrency?: number | undefined;
  /**
   * Time between two looks into the store when polling, ms. Default 500. A look is one LIST request of the store for each
   * 1,000 results: at $0.005 per 1,000 of them in S3, two a second cost 3.6 cents an hour.
   */
  pollMs?: number | undefined;
  /**
   * Connections that shards hold open at once. Default 512: half of the 1,024 descriptors that a process often has. Up to
   * 32 more serve short requests.
   */
  maxSockets?: number | undefined;
  /** Time for which shards that Lambda throttles are tried again while it takes none at all, ms. Default 900,000: 15 min. */
  maxThrottleMs?: number | undefined;
  /** Time that Lambda gets to connect, or to answer anything but a shard that runs, ms. Default 10,000. */
  requestTimeoutMs?: number | undefined;
}

/** The options with their defaults, where those are known before Lambda is asked. */
export interface LambdaSettings extends LambdaBackendOptions {
  functionName: string;
  invocation: "auto" | "push" | "poll";
  pollMs: number;
  maxSockets: number;
  maxThrottleMs: number;
  requestTimeoutMs: number;
}

const DEFAULTS = {
  functionName: "nodewren",
  invocation: "auto",
  pollMs: 500,
  maxSockets: 512,
  maxThrottleMs: 15 * MINUTE_MS,
  requestTimeoutMs: 10 * SECOND_MS,
} as const;

const isCredentials: Check = (value) => {
  const { accessKeyId, secretAccessKey } = (value ?? {}) as Partial<LambdaKeys>;
  const isKeys = typeof accessKeyId === "string" && typeof secretAccessKey === "string";
  return isKeys || typeof value === "function"
    ? undefined
    : "an object with accessKeyId and secretAccessKey, or a function that resolves with one";
};

const CHECKS: Record<keyof LambdaBackendOptions, Check> = {
  functionName: (value) =>
    typeof value === "string" && FUNCTION_NAME.test(value)
      ? undefined
      : `a name such as "nodewren", "nodewren:alias" or an ARN of a function`,
  region: (value) =>
    typeof value === "string" && /^[a-z0-9-]+$/.test(value) ? undefined : `a region such as "eu-central-1"`,
  endpoint: (value) =>
    typeof value === "string" && /^https?:/.test(value) && URL.canParse(value)
      ? undefined
      : "a URL that begins with http:// or https://",
  credentials: isCredentials,
  agent: (value) => (isAgent(value) ? undefined : "an agent of Node, such as new https.Agent()"),
  invocation: (value) => (["auto", "push", "poll"].includes(value as string) ? undefined : `"auto", "push" or "poll"`),
  concurrency: integerIn(1, Infinity),
  pollMs: integerIn(1, MAX_TIMER_MS, " (ms)"),
  maxSockets: integerIn(1, Infinity),
  maxThrottleMs: integerIn(0, MAX_TIMER_MS, " (ms)"),
  requestTimeoutMs: integerIn(1, MAX_TIMER_MS, " (ms)"),
};

/** Throws `OptionError` for the first option that is unknown or out of range. */
export function lambdaSettings(options: LambdaBackendOptions): LambdaSettings {
  checkOptions("new LambdaBackend()", options, CHECKS);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...DEFAULTS, ...Object.fromEntries(given) };
}
