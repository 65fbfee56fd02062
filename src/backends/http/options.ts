/** The options of `HttpBackend`: each once, with its unit, default and check. */
import { OptionError } from "../../errors.js";
import { type Check, checkOptions, integerIn } from "../../options/check.js";
import type { Reach } from "../../stores/store.js";
import { MAX_TIMER_MS, MINUTE_MS, SECOND_MS } from "../../util/time.js";
import { MIN_TOKEN_LENGTH } from "../../wire/sealed-request.js";
import { PRESETS, type Preset, type PresetName } from "./presets.js";
import { urlsOf } from "./urls.js";

/** Headers by name, or a function that gives them anew for each request, as for identity tokens that expire. */
export type HttpHeaders = Readonly<Record<string, string>> | (() => HeadersGiven | Promise<HeadersGiven>);
type HeadersGiven = Readonly<Record<string, string>>;

export interface HttpBackendOptions {
  /** Where shards are sent: one URL, or a list of them, each of which may have a range such as `http://node{1..16}:8080`. */
  url: string | readonly string[];
  /** What answers there, which says how much it takes and for how long. Default `"server"`: `nodewren serve`. */
  preset?: PresetName | undefined;
  /** What requests are signed with, at least 16 characters; it never travels. Default: variable `NODEWREN_HTTP_TOKEN`. */
  token?: string | undefined;
  /** What the platform itself asks for, such as `authorization` of Cloud Run. Default none. */
  headers?: HttpHeaders | undefined;
  /** Shards at once. Default: as many as the servers have workers, or 100 on platforms that start workers by themselves. */
  concurrency?: number | undefined;
  /** Longest that one request may take, ms, after which the platform ends it. Default: the preset's. */
  timeoutMs?: number | undefined;
  /** Largest body of a request that the platform takes, bytes. Default: the preset's. */
  maxRequestBytes?: number | undefined;
  /** Time to connect, and to answer what runs no shard, ms. Default 10,000. */
  requestTimeoutMs?: number | undefined;
  /** Time for which shards that are throttled are tried again while none is taken at all, ms. Default 900,000: 15 min. */
  maxThrottleMs?: number | undefined;
  /**
   * `"machine"`: the servers see this machine's files, under the same paths, and so a store in a folder will do. Default
   * `"network"`.
   */
  reach?: Reach | undefined;
}

/** The options with their defaults. */
export interface HttpSettings {
  urls: readonly string[];
  preset: Preset;
  token: string;
  headers: HttpHeaders;
  concurrency: number | undefined;
  timeoutMs: number;
  maxRequestBytes: number;
  requestTimeoutMs: number;
  maxThrottleMs: number;
  reach: Reach;
}

const NAMES = Object.keys(PRESETS);

/** Below it, a request has no room for more than its own fields. */
const LEAST_REQUEST_BYTES = 16 * 1024;

const CHECKS: Record<keyof HttpBackendOptions, Check> = {
  url: (value) =>
    urlsOf(value) ? undefined : 'a URL that begins with "https://" or "http://", or a list of them, without a password',
  preset: (value) => (NAMES.includes(value as string) ? undefined : `one of ${NAMES.join(", ")}`),
  token: (value) =>
    typeof value === "string" && value.length >= MIN_TOKEN_LENGTH
      ? undefined
      : `a text of at least ${MIN_TOKEN_LENGTH} characters`,
  headers: (value) =>
    typeof value === "function" || isHeaders(value) ? undefined : "an object of texts by names, or a function of one",
  concurrency: integerIn(1, Infinity),
  timeoutMs: integerIn(1, MAX_TIMER_MS, " (ms)"),
  maxRequestBytes: integerIn(LEAST_REQUEST_BYTES, Infinity, " (bytes)"),
  requestTimeoutMs: integerIn(1, MAX_TIMER_MS, " (ms)"),
  maxThrottleMs: integerIn(0, MAX_TIMER_MS, " (ms)"),
  reach: (value) => (value === "machine" || value === "network" ? undefined : '"machine" or "network"'),
};

function isHeaders(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.values(value).every((one) => typeof one === "string");
}

/** Throws `OptionError` for the first option that is unknown, missing or out of range. What it shows never has the token in it. */
export function httpSettings(options: HttpBackendOptions): HttpSettings {
  const where = "new HttpBackend()";
  const { url, token } = options;
  if (url === undefined || url.length === 0)
    throw new OptionError("url", `${where} needs the option url (http.url, NODEWREN_HTTP_URL): where its servers are.`);
  // What is wrong with a token must not show it.
  checkOptions(where, { ...options, token: undefined }, CHECKS);
  const preset: Preset = PRESETS[options.preset ?? "server"];
  return {
    urls: urlsOf(url) as string[],
    preset,
    token: tokenOf(token ?? process.env["NODEWREN_HTTP_TOKEN"]),
    headers: options.headers ?? {},
    concurrency: options.concurrency ?? preset.concurrency,
    timeoutMs: options.timeoutMs ?? preset.timeoutMs,
    maxRequestBytes: options.maxRequestBytes ?? preset.maxRequestBytes,
    requestTimeoutMs: options.requestTimeoutMs ?? 10 * SECOND_MS,
    maxThrottleMs: options.maxThrottleMs ?? 15 * MINUTE_MS,
    reach: options.reach ?? "network",
  };
}

function tokenOf(given: string | undefined): string {
  if (!given)
    throw new OptionError(
      "token",
      "HttpBackend signs its requests with a token that its servers have as well. Give it the option token, or set NODEWREN_HTTP_TOKEN here and there.",
    );
  const wanted = CHECKS.token(given);
  if (wanted === undefined) return given;
  throw new OptionError("token", `The token of HttpBackend (option token, or NODEWREN_HTTP_TOKEN) must be ${wanted}.`);
}
