/** Tells the end-to-end tests of the user's own function, and of a place in the store that `sweep.ts` clears. */
import { loadConfig } from "../../src/config/load.js";
import { combo } from "../support/combo.js";
import { placeOfRun } from "./store.js";

/** Often enough that a test of a second is one of a second when it is polled for, too. */
const POLL_MS = 200;

const config = loadConfig();

Object.assign(process.env, {
  NODEWREN_BACKEND: "lambda",
  NODEWREN_STORE: placeOfRun(config).location,
  NODEWREN_LAMBDA_INVOCATION: combo.backend,
  NODEWREN_LAMBDA_POLL_MS: String(config.lambda.pollMs ?? POLL_MS),
  // On Node 20 the SDK tells users to upgrade, on stderr, which the tests read.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
});
