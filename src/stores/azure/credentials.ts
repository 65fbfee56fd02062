/** Who asks: found once for each store, and shown to the service with each request. */
import { StoreError } from "../../errors.js";
import type { RestRequest } from "../rest/dialect.js";
import { tokenFor } from "../rest/tokens.js";
import { type AzureCredentials, type AzureSettings, type AzureTokenCredential, configured } from "./options.js";
import { sharedKey } from "./shared-key.js";

const SCOPE = "https://storage.azure.com/.default";

/** Adds what proves it to the headers or, for a shared access signature, to the URL. */
export class AzureProof {
  readonly #settings: AzureSettings;
  #found: Promise<AzureCredentials> | undefined;

  constructor(settings: AzureSettings) {
    this.#settings = settings;
  }

  async add(request: RestRequest): Promise<RestRequest> {
    this.#found ??= findCredentials(this.#settings);
    const found = await this.#found.catch((error) => {
      this.#found = undefined;
      throw error;
    });
    if ("accountKey" in found) {
      const authorization = sharedKey(request, this.#settings.account, found.accountKey);
      return { ...request, headers: { ...request.headers, authorization } };
    }
    if ("sasToken" in found) {
      const url = new URL(request.url);
      url.search = [url.search.slice(1), found.sasToken.replace(/^\?/, "")].filter(Boolean).join("&");
      return { ...request, url };
    }
    return { ...request, headers: { ...request.headers, authorization: await bearer(found, request.url) } };
  }
}

const HINT =
  "Sign in, for example with az login, give the machine a managed identity, or set AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN.";

async function bearer(credential: AzureTokenCredential, url: URL): Promise<string> {
  const get = async () => (await credential.getToken(SCOPE))?.token;
  return `Bearer ${await tokenFor(url, "Microsoft Entra ID", HINT, get)}`;
}

async function findCredentials({ account, credentials }: AzureSettings): Promise<AzureCredentials> {
  if (credentials) return credentials;
  const { accountKey, sasToken } = configured(account) ?? {};
  if (accountKey) return { accountKey };
  if (sasToken) return { sasToken };
  const { AZURE_STORAGE_ACCOUNT, AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN } = process.env;
  const isOthers = AZURE_STORAGE_ACCOUNT && AZURE_STORAGE_ACCOUNT !== account;
  if (AZURE_STORAGE_KEY && !isOthers) return { accountKey: AZURE_STORAGE_KEY };
  if (AZURE_STORAGE_SAS_TOKEN && !isOthers) return { sasToken: AZURE_STORAGE_SAS_TOKEN };
  return identity(account);
}

/** As far as it is used of `@azure/identity`. */
interface Identity {
  DefaultAzureCredential: new () => AzureTokenCredential;
}

async function identity(account: string): Promise<AzureTokenCredential> {
  try {
    const { DefaultAzureCredential } = (await import("@azure/identity" as string)) as Identity;
    return new DefaultAzureCredential();
  } catch (cause) {
    throw new StoreError(
      `There are no credentials for the storage account ${account} here. Set AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN for it; or, to use managed identities and \`az login\`: npm install @azure/identity`,
      { cause, isTransient: false },
    );
  }
}
