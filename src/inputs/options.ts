/** What `files()`, `objects()` and `executor.upload()` are told. */
import { OptionError } from "../errors.js";
import { type Check, checkOptions, integerIn, isBoolean } from "../options/check.js";
import type { S3Credentials } from "../stores/s3/options.js";
import type { SplitBy } from "./descriptor.js";

/** How files are cut into parts, each of which is an input. Default: not at all. */
export interface SplitOptions {
  /** Largest part, bytes; larger files are cut into equal ones. */
  splitBytes?: number | undefined;
  /** Parts of each file. Not together with `splitBytes`. */
  splitCount?: number | undefined;
  /**
   * Where a file may be cut. `"line"`: between lines; each line is in the part in which it begins. `"csv"`: between records, whose
   * quotes may hold line breaks; for that, each file that is split is read once, by whoever lists it. `"bytes"`: anywhere.
   * Default `"line"`.
   */
  by?: SplitBy | undefined;
  /**
   * Whether files that gzip has compressed, as their first bytes tell, are unpacked when they are read. Such a file is never split.
   * Default `true`.
   */
  decompress?: boolean | undefined;
}

export interface FilesOptions extends SplitOptions {
  /** Folder that globs start from. Default: the process's own. */
  cwd?: string | undefined;
  /** Whether `*` also matches names that begin with a dot. Default `false`. */
  dot?: boolean | undefined;
}

export interface ObjectsOptions extends SplitOptions {
  /**
   * Region of the bucket. Default: the setting `s3.region`, unless there is an endpoint, else the environment variable `AWS_REGION`, else
   * what the AWS SDK finds in its own files.
   */
  region?: string | undefined;
  /** URL of a server other than AWS. Default: the setting `s3.endpoint`, else environment variable `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`, else AWS. */
  endpoint?: string | undefined;
  /** Whether the bucket goes into the path rather than the host name. Default: `true` with an endpoint, else `false`. */
  forcePathStyle?: boolean | undefined;
  /** Keys for this process, to list objects. Workers take their own from the AWS SDK's chain. Default: that chain. */
  credentials?: S3Credentials | (() => Promise<S3Credentials>) | undefined;
  /** Silence on a connection after which a request counts as lost, ms. Default 20,000. */
  timeoutMs?: number | undefined;
}

const MAX_REQUEST_MS = 600_000;

const isText: Check = (value) => (typeof value === "string" && value !== "" ? undefined : "a text that is not empty");

const isUrl: Check = (value) =>
  typeof value === "string" && /^https?:\/\/[^/]/.test(value) ? undefined : 'a URL, such as "http://127.0.0.1:9000"';

/** Part of the value may be a secret, so that it is not shown, as `checkOptions` would. */
function checkCredentials(value: unknown): void {
  const { accessKeyId, secretAccessKey } = (value ?? {}) as Partial<S3Credentials>;
  if (value === undefined || typeof value === "function") return;
  if (typeof accessKeyId === "string" && typeof secretAccessKey === "string") return;
  throw new OptionError(
    "credentials",
    "Option credentials of objects() must be { accessKeyId, secretAccessKey } or a function that returns a promise of them.",
  );
}

const SPLIT_CHECKS: Record<keyof SplitOptions, Check> = {
  splitBytes: integerIn(1, Number.MAX_SAFE_INTEGER, " (bytes)"),
  splitCount: integerIn(1, Number.MAX_SAFE_INTEGER),
  by: (value) => (["line", "bytes", "csv"].includes(value as string) ? undefined : '"line", "bytes" or "csv"'),
  decompress: isBoolean,
};

const FILES_CHECKS: Record<keyof FilesOptions, Check> = { ...SPLIT_CHECKS, cwd: isText, dot: isBoolean };

const OBJECTS_CHECKS: Record<keyof ObjectsOptions, Check> = {
  ...SPLIT_CHECKS,
  region: isText,
  endpoint: isUrl,
  forcePathStyle: isBoolean,
  credentials: () => undefined,
  timeoutMs: integerIn(1, MAX_REQUEST_MS, " (ms)"),
};

/** Throws `OptionError` for the first option that is unknown or out of range. */
export function checkFilesOptions(where: string, options: FilesOptions): void {
  checkOptions(where, options, FILES_CHECKS);
  checkSplit(where, options);
}

/** Throws `OptionError` for the first option that is unknown or out of range. */
export function checkObjectsOptions(options: ObjectsOptions): void {
  checkOptions("objects()", options, OBJECTS_CHECKS);
  checkCredentials(options.credentials);
  checkSplit("objects()", options);
}

function checkSplit(where: string, { splitBytes, splitCount, by }: SplitOptions): void {
  if (splitBytes !== undefined && splitCount !== undefined)
    throw new OptionError("splitCount", `${where} takes splitBytes or splitCount, not both. Leave one of them out.`);
  if (by !== undefined && splitBytes === undefined && splitCount === undefined)
    throw new OptionError(
      "by",
      `Option by of ${where} says where files are cut. Give it with splitBytes or splitCount.`,
    );
}
