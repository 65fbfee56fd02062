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

/** The worker's bundle. */
export interface Code {
  bytes: Uint8Array;
  /** SHA-256 in base64, as Lambda tells it of what it has. */
  sha256: string;
}

export function codeOf(bytes: Uint8Array): Code {
  return { bytes, sha256: createHash("sha256").update(bytes).digest("base64") };
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
