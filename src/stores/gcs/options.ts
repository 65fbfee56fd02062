/** What a `GcsStore` is told, checked before any request. */
import type { Agent } from "node:http";
import { OptionError } from "../../errors.js";
import { GCS_BUCKET, gcsPlace } from "../../util/store-place.js";
import { OptionChecks, shown } from "../option-checks.js";
import { DEFAULT_MAX_REQUESTS, DEFAULT_TIMEOUT_MS, type RestOptions } from "../rest/options.js";

/** What gets tokens, as `google-auth-library` has it: `new GoogleAuth({ scopes })`. */
export interface GoogleTokens {
  getAccessToken(): Promise<string | null | undefined>;
}

export interface GcsStoreOptions extends RestOptions {
  /** Name of the bucket, which must exist. */
  bucket: string;
  /** Beginning of every object's name, such as `"runs"` or `"team/runs/"`; the slash at its end may be left out. Default none. */
  prefix?: string | undefined;
  /** URL of a server other than Google's. Default: environment variable `STORAGE_EMULATOR_HOST`, else `https://storage.googleapis.com`. */
  endpoint?: string | undefined;
  /**
   * For this process. Default: those that the package `google-auth-library` finds ("Application Default Credentials"), or none on servers other than Google's. They are
   * in no descriptor, so workers take theirs by that default, always.
   */
  credentials?: GoogleTokens | undefined;
  /** Agent of Node for this process's connections. Default: one that goes through the proxy of HTTPS_PROXY or HTTP_PROXY, as with `S3Store`. */
  agent?: Agent | undefined;
}

/** The options with every default filled in. */
export interface GcsSettings {
  bucket: string;
  /** Empty, or with a slash at its end. */
  prefix: string;
  /** Undefined: Google's own. */
  endpoint: string | undefined;
  credentials: GoogleTokens | undefined;
  agent: Agent | undefined;
  maxRequests: number;
  timeoutMs: number;
}

const NAMES: Record<keyof GcsStoreOptions, true> = {
  bucket: true,
  prefix: true,
  endpoint: true,
  credentials: true,
  agent: true,
  maxRequests: true,
  timeoutMs: true,
};

const CHECKS = new OptionChecks("GcsStore");

/** Throws `OptionError` when it is no such URL. */
export function parseGcsUrl(url: string): { bucket: string; prefix: string } {
  const place = gcsPlace(url);
  if (place) return place;
  throw new OptionError("url", `Not the place of a GcsStore: ${shown(url)}. Write "gs://bucket/prefix".`);
}

/** Throws `OptionError` for the first option that is unknown or out of range. */
export function gcsSettings(options: GcsStoreOptions): GcsSettings {
  CHECKS.names(options, NAMES, '{ bucket: "b" }');
  return {
    bucket: bucketOf(options.bucket),
    prefix: CHECKS.prefix(options.prefix),
    endpoint: CHECKS.endpoint(options.endpoint ?? emulator())?.replace(/\/+$/, ""),
    credentials: credentialsOf(options.credentials),
    agent: CHECKS.agent(options.agent),
    maxRequests: CHECKS.integer("maxRequests", options.maxRequests, 1, 1000) ?? DEFAULT_MAX_REQUESTS,
    timeoutMs: CHECKS.integer("timeoutMs", options.timeoutMs, 1, 600_000) ?? DEFAULT_TIMEOUT_MS,
  };
}

/** Google's clients take the variable with or without "http://". */
function emulator(): string | undefined {
  const host = process.env["STORAGE_EMULATOR_HOST"];
  return host && !/^https?:/.test(host) ? `http://${host}` : host || undefined;
}

function bucketOf(bucket: unknown): string {
  if (typeof bucket === "string" && GCS_BUCKET.test(bucket)) return bucket;
  throw CHECKS.wrong(
    "bucket",
    "a bucket's name: 3 to 222 small letters, digits, dots, hyphens and underscores",
    bucket,
  );
}

function credentialsOf(given: unknown): GoogleTokens | undefined {
  if (given === undefined || typeof (given as GoogleTokens | null)?.getAccessToken === "function")
    return given as GoogleTokens | undefined;
  // The value is not shown: part of it may be a secret.
  throw new OptionError(
    "credentials",
    "Option credentials of new GcsStore() must have getAccessToken(), such as new GoogleAuth({ scopes }) of google-auth-library.",
  );
}
