/** Code of functions and layers: zip files, where they come from and where they are unpacked. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { unzipSync } from "fflate";
import type { Account } from "./account.js";
import { ApiError, invalidParameter } from "./api-error.js";
import { type ApiCall, permit } from "./call.js";
import { MB, UNZIPPED_BYTES, ZIP_BYTES } from "./limits.js";

export interface Code {
  zip: Uint8Array;
  /** Base64, as in CodeSha256. */
  sha256: string;
  files: Record<string, Uint8Array>;
  unzippedBytes: number;
}

export interface CodeInput {
  ZipFile?: unknown;
  S3Bucket?: unknown;
  S3Key?: unknown;
  ImageUri?: unknown;
}

/** What Lambda does with a repository in the name of who asks. */
const OF_IMAGE = ["BatchGetImage", "GetDownloadUrlForLayer", "GetRepositoryPolicy", "SetRepositoryPolicy"];

function readImage(call: ApiCall, uri: string): Code {
  const [, repository] = /\/(.+)@/.exec(uri) ?? [];
  for (const action of OF_IMAGE)
    permit(call, `ecr:${action}`, call.account.arn("ecr", `repository/${repository}`), true);
  const files = call.account.images.get(uri);
  if (!files) throw invalidParameter(`Source image ${uri} does not exist. Provide a valid source image.`);
  return { zip: new Uint8Array(), sha256: uri.slice(-64), files: Object.fromEntries(files), unzippedBytes: 0 };
}

export async function readCode(call: ApiCall, input: CodeInput): Promise<Code> {
  if (typeof input.ImageUri === "string") return readImage(call, input.ImageUri);
  const zip = await zipOf(call, input);
  if (zip.length === 0) throw invalidParameter("Uploaded file must be a non-empty zip");
  const files = unzip(zip);
  const unzippedBytes = Object.values(files).reduce((sum, file) => sum + file.length, 0);
  return { zip, sha256: createHash("sha256").update(zip).digest("base64"), files, unzippedBytes };
}

async function zipOf(call: ApiCall, { ZipFile, S3Bucket, S3Key }: CodeInput): Promise<Uint8Array> {
  if (typeof ZipFile === "string") {
    const zip = Buffer.from(ZipFile, "base64");
    const text = `Zip file of ${zip.length} bytes exceeds ${ZIP_BYTES / MB} MB; deploy it by way of S3.`;
    if (zip.length > ZIP_BYTES) throw new ApiError(413, "RequestEntityTooLargeException", text);
    return zip;
  }
  if (typeof S3Bucket !== "string" || typeof S3Key !== "string")
    throw invalidParameter("Please provide a source for function code.");
  permit(call, "s3:GetObject", `arn:aws:s3:::${S3Bucket}/${S3Key}`, true);
  const zip = await call.account.settings.fetchCode?.(S3Bucket, S3Key);
  const why = "S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.";
  if (!zip) throw invalidParameter(`Error occurred while GetObject. ${why}`);
  return zip;
}

function unzip(zip: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(zip);
  } catch {
    throw invalidParameter("Could not unzip uploaded file. Please check your file, then try to upload again.");
  }
}

/** Refuses a function that would be too large with its layers. */
export function checkUnzipped(codes: readonly Code[]): void {
  const bytes = codes.reduce((sum, code) => sum + code.unzippedBytes, 0);
  if (bytes > UNZIPPED_BYTES) throw invalidParameter(`Unzipped size must be smaller than ${UNZIPPED_BYTES} bytes`);
}

/** Folders by their contents; each is written once. */
const unpacked = new WeakMap<Account, Map<string, string>>();

/** Unpacks one after the other into one folder, and returns it. */
export function unpack(account: Account, codes: readonly Code[]): string {
  const folders = unpacked.get(account) ?? new Map<string, string>();
  unpacked.set(account, folders);
  const key = codes.map(({ sha256 }) => sha256).join(" ");
  const folder = folders.get(key) ?? join(account.folder, `code-${folders.size}`);
  if (!folders.has(key)) for (const code of codes) writeFiles(folder, code.files);
  mkdirSync(folder, { recursive: true });
  folders.set(key, folder);
  return folder;
}

function writeFiles(folder: string, files: Record<string, Uint8Array>): void {
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, normalize(`/${name}`));
    if (name.endsWith("/")) mkdirSync(path, { recursive: true });
    else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    }
  }
}
