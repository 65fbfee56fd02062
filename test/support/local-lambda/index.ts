/**
 * A local AWS Lambda for tests: the control plane, and functions that really run, each environment one process under
 * AWS's own runtime interface client; with as much of IAM, STS and CloudWatch Logs as deploying needs, all at one
 * endpoint on loopback. The AWS SDK cannot tell it from the service, and tests can make it fail.
 */
import { mkdtempSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Account } from "./account.js";
import { EventQueue, type EventStats } from "./event-queue.js";
import type { Faults } from "./faults.js";
import type { Network } from "./network.js";
import { type Knobs, type LocalLambdaOptions, settingsOf, WORKER_CREDENTIALS } from "./options.js";
import type { PoolStats } from "./pool.js";
import { Reaper } from "./reaper.js";
import type { ApiRequest } from "./recorder.js";
import { newServer } from "./server.js";
import type { Session } from "./sts.js";

export type { Fault } from "./faults.js";
export type { LocalLambdaOptions } from "./options.js";
export type { ApiRequest } from "./recorder.js";

export interface LocalLambdaStats {
  functions: Record<string, PoolStats & { running: number; environments: number }>;
  events: EventStats;
}

export interface LocalLambda {
  /** For `endpoint` of the SDK's clients, or AWS_ENDPOINT_URL. */
  endpoint: string;
  region: string;
  /** What a client of the SDK needs: `new LambdaClient(lambda.clientOptions)`. */
  clientOptions: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  /** The same for processes that find theirs in the environment: the endpoint of each service, region, credentials. */
  env: Record<string, string>;
  /** With these, functions call services: those of their role. */
  workerCredentials: typeof WORKER_CREDENTIALS;
  /** Permissions that were asked for, in order. */
  requests: readonly ApiRequest[];
  faults: Faults;
  knobs: Knobs;
  /** The files of images in a registry, by URI: tests push there. */
  images: Map<string, ReadonlyMap<string, Uint8Array>>;
  /** Keys that STS gave out. */
  sessions: ReadonlyMap<string, Session>;
  /** What EC2 tells, for tests to change. */
  network: Network;
  stats(): LocalLambdaStats;
  /** What a function has written, with Lambda's own lines. */
  logOf(functionName: string): string;
  /** Forgets requests, faults and what knobs were turned. Functions and roles stay. */
  reset(): void;
  /** Ends every process and removes every file. */
  close(): Promise<void>;
}

export async function startLocalLambda(options: LocalLambdaOptions = {}): Promise<LocalLambda> {
  const folder = mkdtempSync(join(tmpdir(), "nodewren-lambda-"));
  const reaper = new Reaper(folder);
  const account = new Account(settingsOf(options), folder, reaper);
  const events = new EventQueue(account);
  const stats = () => ({ functions: functionStats(account), events: { ...events.stats } });
  const server = newServer(account, events, stats);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { region, environment } = account.settings;
  // On AWS, functions find it by their region.
  account.settings.environment = { AWS_ENDPOINT_URL_LAMBDA: endpoint, ...environment };
  const credentials = { accessKeyId: "AKIALOCALLAMBDA", secretAccessKey: "local-lambda" };
  return {
    endpoint,
    region,
    clientOptions: { endpoint, region, credentials },
    env: clientEnv(endpoint, region, credentials),
    workerCredentials: WORKER_CREDENTIALS,
    requests: account.requests,
    faults: account.faults,
    knobs: account.knobs,
    images: account.images,
    sessions: account.sessions,
    network: account.network,
    stats,
    logOf: (name) => account.logGroups.get(`/aws/lambda/${name}`)?.text ?? "",
    reset: () => account.reset(),
    close: async () => {
      server.close();
      await account.close();
      server.closeAllConnections();
      await reaper.close();
    },
  };
}

function clientEnv(endpoint: string, region: string, { accessKeyId, secretAccessKey }: Record<string, string>) {
  const services = ["LAMBDA", "IAM", "STS", "CLOUDWATCH_LOGS"];
  return {
    ...Object.fromEntries(services.map((name) => [`AWS_ENDPOINT_URL_${name}`, endpoint])),
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId as string,
    AWS_SECRET_ACCESS_KEY: secretAccessKey as string,
  };
}

function functionStats(account: Account): LocalLambdaStats["functions"] {
  const entries = [...account.functions].map(([name, { pool }]) => {
    return [name, { ...pool.stats, running: pool.running, environments: pool.size }] as const;
  });
  return Object.fromEntries(entries);
}
