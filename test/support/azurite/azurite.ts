/** Microsoft's own emulator of Azure Blob Storage, as a process of its own. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { AzureBlobStore, type AzureBlobStoreOptions } from "nodewren";
import { onTestFinished } from "vitest";
import { sharedKey } from "../../../src/stores/azure/shared-key.js";
import { ended, firstMatch } from "../http-server.js";
import { AZURITE_BLOB, noAzurite } from "./installed.js";

export { noAzurite };

if (noAzurite) console.warn(`SKIPPED: tests on azurite: ${noAzurite}`);

/** Longest that it may take to start on a busy machine, ms. */
export const AZURITE_MS = 120_000;

/** No secret: every azurite has this account ("Use the Azurite emulator"). */
const ACCOUNT = "devstoreaccount1";
const KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

export interface Azurite {
  account: string;
  endpoint: string;
  /** As Microsoft's tools take it from `AZURE_STORAGE_CONNECTION_STRING`. */
  connectionString: string;
  /** Makes a container, and returns its name. */
  newContainer(): Promise<string>;
  close(): Promise<void>;
}

/** Whoever starts it closes it. */
export async function startAzurite(): Promise<Azurite> {
  const args = [
    "--inMemoryPersistence",
    "--blobHost",
    "127.0.0.1",
    "--blobPort",
    "0",
    "--disableTelemetry",
    "--silent",
  ];
  const child = spawn(process.execPath, [AZURITE_BLOB, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const host = (await firstMatch(child, /listens on http:\S+:\d+/)).replace("listens on ", "");
  const endpoint = `${host}/${ACCOUNT}`;
  const newContainer = async () => {
    const container = `c-${randomUUID()}`;
    const url = new URL(`${endpoint}/${container}?restype=container`);
    const headers = { "x-ms-version": "2021-12-02", "x-ms-date": new Date().toUTCString() };
    const authorization = sharedKey({ method: "PUT", url, headers }, ACCOUNT, KEY);
    const { status } = await fetch(url, { method: "PUT", headers: { ...headers, authorization } });
    if (status !== 201) throw new Error(`azurite made no container: status ${status}`);
    return container;
  };
  return {
    account: ACCOUNT,
    endpoint,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${KEY};BlobEndpoint=${endpoint};`,
    newContainer,
    close: () => ended(child, "SIGTERM"),
  };
}

/** A store there, which is closed when the test ends. Few requests at once: it takes one after the other, and on a busy machine its time for each. */
export function newAzuriteStore(
  { account, endpoint }: Azurite,
  options: Omit<AzureBlobStoreOptions, "account">,
): AzureBlobStore {
  const credentials = { accountKey: KEY };
  const store = new AzureBlobStore({ account, endpoint, credentials, maxRequests: 8, timeoutMs: 60_000, ...options });
  onTestFinished(() => store.close());
  return store;
}
