/** After all tests: removes what they have stored. */
import { setTimeout as sleep } from "node:timers/promises";
import { loadConfig } from "../../src/config/load.js";
import { emptied, placeOfRun } from "./store.js";

/** A worker of a cancelled job learns of it within 10 s, and may store a result for 10 s more. */
const LATE_MS = 25_000;

export async function teardown(): Promise<void> {
  await sleep(LATE_MS);
  await emptied(placeOfRun(loadConfig()).config);
}
