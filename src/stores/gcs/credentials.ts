/** Tokens of Google: found once for each store, and shown to the service with each request. */
import { StoreError } from "../../errors.js";
import type { RestRequest } from "../rest/dialect.js";
import { tokenFor } from "../rest/tokens.js";
import type { GcsSettings, GoogleTokens } from "./options.js";

const SCOPE = "https://www.googleapis.com/auth/devstorage.read_write";

const HINT =
  "Run gcloud auth application-default login, name the key of a service account by GOOGLE_APPLICATION_CREDENTIALS, or give the machine a service account.";

export class GoogleProof {
  readonly #given: GoogleTokens | undefined;
  readonly #isGoogle: boolean;
  #found: Promise<GoogleTokens> | undefined;

  /** @param isGoogle tokens that are found here are sent to no other server */
  constructor({ credentials }: GcsSettings, isGoogle: boolean) {
    this.#given = credentials;
    this.#isGoogle = isGoogle;
  }

  async add(request: RestRequest): Promise<RestRequest> {
    if (!this.#given && !this.#isGoogle) return request;
    const { url, headers } = request;
    this.#found ??= this.#given ? Promise.resolve(this.#given) : defaultTokens();
    const tokens = await this.#found;
    const token = await tokenFor(url, "Google", HINT, () => tokens.getAccessToken());
    return { ...request, headers: { ...headers, authorization: `Bearer ${token}` } };
  }
}

/** As far as it is used of `google-auth-library`. */
interface AuthLibrary {
  GoogleAuth: new (options: { scopes: string }) => GoogleTokens;
}

async function defaultTokens(): Promise<GoogleTokens> {
  try {
    const { GoogleAuth } = (await import("google-auth-library" as string)) as AuthLibrary;
    return new GoogleAuth({ scopes: SCOPE });
  } catch (cause) {
    throw new StoreError(
      "Google Cloud Storage needs the package google-auth-library for its credentials, which cannot be loaded here. Install it: npm install google-auth-library",
      { cause, isTransient: false },
    );
  }
}
