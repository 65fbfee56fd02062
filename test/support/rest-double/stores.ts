/** Stores on the doubles, which are closed when the test ends. */
import { AzureBlobStore, type AzureBlobStoreOptions, GcsStore, type GcsStoreOptions } from "nodewren";
import { onTestFinished } from "vitest";
import { AZURE_PLACE } from "./azure.js";

export function newGcsStore(options: GcsStoreOptions): GcsStore {
  const store = new GcsStore(options);
  onTestFinished(() => store.close());
  return store;
}

export function newAzureStore(options: Omit<AzureBlobStoreOptions, "account" | "container">): AzureBlobStore {
  const credentials = { accountKey: Buffer.from("a key").toString("base64") };
  const store = new AzureBlobStore({ ...AZURE_PLACE, credentials, ...options });
  onTestFinished(() => store.close());
  return store;
}
