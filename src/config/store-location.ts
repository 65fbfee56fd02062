/** Where a store lies, as written in a configuration: `s3://bucket/prefix`, a folder, or the `file:` URL of one. */
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Kind } from "./kinds.js";

export type StoreLocation =
  | {
      kind: "s3";
      bucket: string;
      /** Empty, or ending in `/`. */
      prefix: string;
    }
  | {
      kind: "file";
      /** Absolute path. */
      folder: string;
    };

/** Names of general purpose buckets (AWS documentation, "General purpose bucket naming rules"). */
const BUCKET = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export const storeLocation: Kind = {
  wanted: '"s3://bucket/prefix", a folder, or the "file:" URL of one',
  check: (value) => typeof value === "string" && parseStoreLocation(value, "/") !== undefined,
  parse: (text) => text,
};

/** @param base folder that a relative path starts from. Undefined when the text names no store. */
export function parseStoreLocation(text: string, base: string): StoreLocation | undefined {
  if (text === "" || text.includes("\0")) return undefined;
  if (text.startsWith("s3://")) return parseS3(text.slice("s3://".length));
  if (text.startsWith("file:")) return parseFileUrl(text);
  // Some other scheme; a Windows drive is a single letter.
  if (/^[a-z][a-z0-9+.-]+:/i.test(text)) return undefined;
  return { kind: "file", folder: isAbsolute(text) ? text : resolve(base, text) };
}

/** As it can be written in a configuration. */
export function placeText(place: StoreLocation): string {
  return place.kind === "s3" ? `s3://${place.bucket}/${place.prefix}` : place.folder;
}

function parseS3(rest: string): StoreLocation | undefined {
  const [bucket = "", ...segments] = rest.replace(/\/$/, "").split("/");
  const isBad = segments.some((segment) => segment === "" || segment === "." || segment === "..");
  // "*", "?" and "$" would mean more than themselves in the policies that name the prefix.
  if (!BUCKET.test(bucket) || isBad || /[*?$]/.test(rest)) return undefined;
  return { kind: "s3", bucket, prefix: segments.map((segment) => `${segment}/`).join("") };
}

function parseFileUrl(text: string): StoreLocation | undefined {
  try {
    return { kind: "file", folder: fileURLToPath(text) };
  } catch {
    return undefined;
  }
}
