import { createHash } from "node:crypto";
import type { ResolvedConfig } from "../config/config.js";
import { type Clients, openClients } from "./clients.js";
import { type Names, namesOf, type Place, s3StoreOf } from "./names.js";
import { findPlace } from "./place.js";

/** What every step of deploy and destroy works with. */
export interface Context {
  config: ResolvedConfig;
  clients: Clients;
  place: Place;
  names: Names;
  /** Told what is waited for, where that may take long. */
  onWait: OnWait;
}

export type OnWait = (what: string) => void;

/** What the function runs: the worker's bundle, or an image. */
export interface Code {
  source: { ZipFile: Uint8Array } | { ImageUri: string };
  /** SHA-256 as Lambda tells it of what it has: of a zip file in base64, of an image in hexadecimal digits. */
  sha256: string;
  /** In words. */
  about: string;
}

export function codeOf(bytes: Uint8Array, imageUri: string | undefined): Code {
  if (imageUri !== undefined)
    return { source: { ImageUri: imageUri }, sha256: imageUri.slice(-64), about: `image ${imageUri}` };
  const sha256 = createHash("sha256").update(bytes).digest("base64");
  return { source: { ZipFile: bytes }, sha256, about: `${bytes.byteLength} bytes of code` };
}

/** Runs the action with clients that are closed after it. Throws `DeployError` before any request when there is no store in S3. */
export async function withContext<T>(
  config: ResolvedConfig,
  onWait: OnWait | undefined,
  action: (context: Context) => Promise<T>,
): Promise<T> {
  s3StoreOf(config);
  return withPlace(config, (place, clients) =>
    action({ config, clients, place, names: namesOf(config, place), onWait: onWait ?? (() => {}) }),
  );
}

export async function withPlace<T>(
  config: ResolvedConfig,
  action: (place: Place, clients: Clients) => Promise<T>,
): Promise<T> {
  const clients = await openClients(config);
  try {
    return await action(await findPlace(clients), clients);
  } finally {
    clients.close();
  }
}
