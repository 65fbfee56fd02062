/** Runs the tests on AWS, if that was asked for: it costs money, and makes and removes things in the account. */
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { loadConfig } from "../../src/config/load.js";
import { type Clients, openClients } from "../../src/deploy/clients.js";
import { s3StoreOf } from "../../src/deploy/names.js";
import { findPlace } from "../../src/deploy/place.js";
import { textOf } from "../../src/util/describe-value.js";
import { root } from "../support/run-script.js";

/** Names the run's place in the store. */
const runId = randomUUID();

/** Credentials that happen to be there are no consent. */
if (process.env.NODEWREN_LIVE !== "1") skip("NODEWREN_LIVE is not 1, and without it no account is touched");
else
  await main().catch((error: unknown) => {
    console.error(textOf(error));
    process.exitCode = 1;
  });

async function main(): Promise<void> {
  const config = loadConfig();
  const clients = await openClients(config);
  try {
    const missing = await whyNoCredentials(clients);
    if (missing !== undefined) return skip(`there are no AWS credentials: ${missing}`);
    const { bucket, prefix } = s3StoreOf(config);
    const { account, region } = await findPlace(clients);
    const { functionName } = config.lambda;
    console.log(`On AWS: account ${account}, ${region}, function ${functionName}, store s3://${bucket}/${prefix}`);
  } finally {
    clients.close();
  }
  process.exitCode =
    run("npm", ["run", "--silent", "build"]) || run("npx", ["vitest", "run", "--config", "vitest.live.config.ts"]);
}

function skip(why: string): void {
  console.log(`SKIPPED: every test on AWS: ${why}`);
}

async function whyNoCredentials({ sts }: Clients): Promise<string | undefined> {
  try {
    await sts.config.credentials();
    return undefined;
  } catch (error) {
    return textOf(error);
  }
}

function run(command: string, args: string[]): number {
  const env = { ...process.env, NODEWREN_LIVE_RUN: runId };
  return (
    spawnSync(command, args, { cwd: root, env, stdio: "inherit", shell: process.platform === "win32" }).status ?? 1
  );
}
