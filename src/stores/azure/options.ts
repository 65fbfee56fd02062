/** What an `AzureBlobStore` is told, checked before any request. */
import type { Agent } from "node:http";
import { OptionError } from "../../errors.js";
import { AZURE_ACCOUNT, AZURE_CONTAINER, azurePlace } from "../../util/store-place.js";
import { OptionChecks, shown } from "../option-checks.js";
import { DEFAULT_MAX_REQUESTS, DEFAULT_TIMEOUT_MS, type RestOptions } from "../rest/options.js";
import { type ConnectionString, readConnectionString } from "./connection-string.js";

/** As `@azure/identity` has them: `new DefaultAzureCredential()`. */
export interface AzureTokenCredential {
  getToken(scope: string): Promise<{ token: string } | null>;
}

/** A key of the account, a shared access signature, or what gets tokens of Microsoft Entra ID. */
export type AzureCredentials = { accountKey: string } | { sasToken: string } | AzureTokenCredential;

export interface AzureBlobStoreOptions extends RestOptions {
  /** Name of the storage account. */
  account: string;
  /** Name of the container, which must exist. */
  container: string;
  /** Beginning of every blob's name, such as `"runs"` or `"team/runs/"`; the slash at its end may be left out. Default none. */
  prefix?: string | undefined;
  /**
   * URL of the account's blob service, for other clouds than the public one and for emulators. Default: that of `AZURE_STORAGE_CONNECTION_STRING`, if it is of this
   * account, else `https://ACCOUNT.blob.core.windows.net`.
   */
  endpoint?: string | undefined;
  /**
   * For this process. Default: `AZURE_STORAGE_CONNECTION_STRING`, `AZURE_STORAGE_KEY` or `AZURE_STORAGE_SAS_TOKEN`, the first that is set and not another account's,
   * else `DefaultAzureCredential` of the package `@azure/identity`. They are in no descriptor, so workers take theirs by that default, always.
   */
  credentials?: AzureCredentials | undefined;
  /** Agent of Node for this process's connections. Default: one that goes through the proxy of HTTPS_PROXY or HTTP_PROXY, as with `S3Store`. */
  agent?: Agent | undefined;
}

/** The options with every default filled in. */
export interface AzureSettings {
  account: string;
  container: string;
  /** Empty, or with a slash at its end. */
  prefix: string;
  /** Undefined: the account's own in the public cloud. */
  endpoint: string | undefined;
  credentials: AzureCredentials | undefined;
  agent: Agent | undefined;
  maxRequests: number;
  timeoutMs: number;
}

const NAMES: Record<keyof AzureBlobStoreOptions, true> = {
  account: true,
  container: true,
  prefix: true,
  endpoint: true,
  credentials: true,
  agent: true,
  maxRequests: true,
  timeoutMs: true,
};

const CHECKS = new OptionChecks("AzureBlobStore");

export type ContainerPrefix = Pick<AzureBlobStoreOptions, "account" | "container" | "prefix">;

/** Throws `OptionError` when it is no such URL. */
export function parseAzureUrl(url: string): ContainerPrefix {
  const place = azurePlace(url);
  if (place) return place;
  throw new OptionError(
    "url",
    `Not the place of an AzureBlobStore: ${shown(url)}. Write "azure://account/container/prefix".`,
  );
}

/** Throws `OptionError` for the first option that is unknown or out of range. */
export function azureSettings(options: AzureBlobStoreOptions): AzureSettings {
  CHECKS.names(options, NAMES, '{ account: "a", container: "c" }');
  const account = named(
    "account",
    AZURE_ACCOUNT,
    "an account's name: 3 to 24 small letters and digits",
    options.account,
  );
  const container = named(
    "container",
    AZURE_CONTAINER,
    "a container's name: 3 to 63 small letters, digits and single hyphens",
    options.container,
  );
  return {
    account,
    container,
    prefix: CHECKS.prefix(options.prefix),
    endpoint: CHECKS.endpoint(options.endpoint ?? configured(account)?.endpoint)?.replace(/\/+$/, ""),
    credentials: credentialsOf(options.credentials),
    agent: CHECKS.agent(options.agent),
    maxRequests: CHECKS.integer("maxRequests", options.maxRequests, 1, 1000) ?? DEFAULT_MAX_REQUESTS,
    timeoutMs: CHECKS.integer("timeoutMs", options.timeoutMs, 1, 600_000) ?? DEFAULT_TIMEOUT_MS,
  };
}

/** What the variable says of this account. */
export function configured(account: string): ConnectionString | undefined {
  const text = process.env["AZURE_STORAGE_CONNECTION_STRING"];
  const found = text ? readConnectionString(text) : undefined;
  return found?.account === account ? found : undefined;
}

function named(option: string, pattern: string, wanted: string, value: unknown): string {
  if (typeof value === "string" && new RegExp(`^${pattern}$`).test(value)) return value;
  throw CHECKS.wrong(option, wanted, value);
}

function credentialsOf(given: unknown): AzureCredentials | undefined {
  if (given === undefined) return undefined;
  const { accountKey, sasToken, getToken } = (given ?? {}) as Record<string, unknown>;
  const isText = (value: unknown) => typeof value === "string" && value !== "";
  if (isText(accountKey) || isText(sasToken) || typeof getToken === "function") return given as AzureCredentials;
  // The value is not shown: part of it may be a secret.
  throw new OptionError(
    "credentials",
    "Option credentials of new AzureBlobStore() must be { accountKey }, { sasToken }, or a credential of @azure/identity.",
  );
}
