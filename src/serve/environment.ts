/** What servers on platforms are told by variables, as nobody starts them with options. */
import { fileURLToPath } from "node:url";
import { parseStoreLocation, type StoreLocation } from "../config/store-location.js";
import { OptionError } from "../errors.js";
import { MIN_TOKEN_LENGTH } from "../wire/sealed-request.js";

const TOKEN = "NODEWREN_HTTP_TOKEN";
const WORKERS = "NODEWREN_HTTP_WORKERS";
const STORE = "NODEWREN_STORE";

export interface ServedEnvironment {
  token: string;
  workers: number;
  store: StoreLocation | undefined;
}

/** Throws `OptionError` for what is missing or wrong. Takes the token out of the environment, where the user's functions would see it. */
export function servedEnvironment(env: NodeJS.ProcessEnv = process.env): ServedEnvironment {
  const { [TOKEN]: token = "", [WORKERS]: workers = "1", [STORE]: store = "" } = env;
  delete env[TOKEN];
  if (token.length < MIN_TOKEN_LENGTH)
    throw new OptionError(
      TOKEN,
      `The variable ${TOKEN} must be set here, and where jobs are started, to the same text of at least ${MIN_TOKEN_LENGTH} characters. To make one: openssl rand -hex 32`,
    );
  if (!/^[1-9]\d{0,3}$/.test(workers))
    throw new OptionError(
      WORKERS,
      `The variable ${WORKERS} must be a number of workers, but is ${JSON.stringify(workers)}.`,
    );
  const location = parseStoreLocation(store, process.cwd());
  if (store !== "" && !location)
    throw new OptionError(STORE, `The variable ${STORE} must be a store, but is ${JSON.stringify(store)}.`);
  return { token, workers: Number(workers), store: location };
}

/** The worker's program beside the bundle of an entry. */
export function workerBeside(entryUrl: string): string {
  return fileURLToPath(new URL("./process.js", entryUrl));
}

/** For platforms that do not tell when nobody waits any more: workers look into the store for that. */
export function neverAborted(): AbortSignal {
  return new AbortController().signal;
}
