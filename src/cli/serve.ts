import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { Command } from "commander";
import { parseStoreLocation } from "../config/store-location.js";
import { servedEnvironment } from "../serve/environment.js";
import { serve } from "../serve/serve.js";
import { UsageError } from "./usage.js";

interface ServeOptions {
  port?: string;
  host: string;
  workers?: string;
  tokenFile?: string;
  store?: string;
}

/** As Cloud Run and most others expect, which name another one by the variable PORT. */
const DEFAULT_PORT = "8080";

const TOKEN_BYTES = 24;

/** `nodewren serve`: runs shards here for hosts elsewhere. */
export function serveCommand(): Command {
  return new Command("serve")
    .description("Runs the shards of hosts elsewhere on this machine, for whoever has the token (HttpBackend).")
    .option("--port <number>", `port to listen on, 0: any that is free; default: variable PORT, else ${DEFAULT_PORT}`)
    .option("--host <address>", "address to listen on; 0.0.0.0 for other machines", "127.0.0.1")
    .option("--workers <number>", "shards that run at once; default: the cores of this process")
    .option("--token-file <file>", "file with the token; default: variable NODEWREN_HTTP_TOKEN, else one is made")
    .option("--store <store>", "run only jobs of this store; default: NODEWREN_STORE, else any")
    .action((options: ServeOptions) => start(options));
}

async function start({ port: portText, host, workers, tokenFile, store: storeText }: ServeOptions): Promise<void> {
  const port = portOf(portText ?? (process.env["PORT"] || DEFAULT_PORT));
  // A token on the command line could be read by every user of the machine.
  if (tokenFile !== undefined) process.env["NODEWREN_HTTP_TOKEN"] = readToken(tokenFile);
  const made = process.env["NODEWREN_HTTP_TOKEN"] ? undefined : randomBytes(TOKEN_BYTES).toString("hex");
  if (made) process.env["NODEWREN_HTTP_TOKEN"] = made;
  process.env["NODEWREN_HTTP_WORKERS"] = workers ?? String(availableParallelism());
  const { store: ofEnvironment, ...setting } = servedEnvironment();
  const store = storeText === undefined ? ofEnvironment : parseStoreLocation(storeText, process.cwd());
  if (storeText !== undefined && !store) throw new UsageError("store", `--store must be a store, but is ${storeText}.`);
  const server = await serve({ ...setting, store, port, host });
  console.log(
    `Serving shards on http://${host.includes(":") ? `[${host}]` : host}:${server.port}, ${setting.workers} at once.`,
  );
  if (made) console.log(`The token, made for this run: export NODEWREN_HTTP_TOKEN=${made}`);
}

function readToken(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new UsageError("token-file", `--token-file cannot be read: ${(error as Error).message}`);
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError("port", `--port must be a number from 0 to 65535, but is ${text}.`);
}
