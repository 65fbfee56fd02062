/** Tokens of Google: found once for each store, and shown to the service with each request. */
import { StoreError } from "../../errors.js";
import type { RestRequest } from "../rest/dialect.js";
import { isSafeForTokens } from "../rest/tokens.js";
import type { GcsSettings, GoogleTokens } from "./options.js";

const SCOPE = "https://www.googleapis.com/auth/devstorage.read_write";

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
    if (!isSafeForTokens(url))
      throw new StoreError(`Tokens of Google are not sent to ${url.origin}, which has no TLS. Use https.`, {
        isTransient: false,
      });
    this.#found ??= this.#given ? Promise.resolve(this.#given) : defaultTokens();
    const authorization = `Bearer ${await this.#token(await this.#found)}`;
    return { ...request, headers: { ...headers, authorization } };
  }

  async #token(tokens: GoogleTokens): Promise<string> {
    const given = tokens === this.#given;
    const where = given
      ? "the option credentials"
      : "GOOGLE_APPLICATION_CREDENTIALS, the credentials of `gcloud auth application-default login`, and the machine's own service account";
    let cause: unknown;
    try {
      const token = await tokens.getAccessToken();
      if (token) return token;
    } catch (error) {
      cause = error;
    }
    const said = cause instanceof Error ? ` (${cause.message.split("\n", 1)[0]})` : "";
    throw new StoreError(`No token of Google was to be had from ${where}${said}. Set one of them right.`, { cause });
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
