/** The AWS SDK, loaded when it is first needed, and the client that all requests of a backend share. */
import type * as LambdaSdk from "@aws-sdk/client-lambda";
import { InvokeError } from "../../errors.js";
import { type Agents, agentsFor } from "../../util/agents.js";
import { textOf } from "../../util/describe-value.js";
import { MINUTE_MS } from "../../util/time.js";
import { parseFunctionName } from "./function-name.js";
import type { LambdaSettings } from "./options.js";

type SdkCredentials = NonNullable<LambdaSdk.LambdaClientConfig["credentials"]>;

/** Where requests go, as messages name it. */
export interface LambdaTarget {
  functionName: string;
  region: string;
  /** As it was given; undefined: the region's own, or what the environment says. */
  endpoint: string | undefined;
}

export interface LambdaConnection {
  sdk: typeof LambdaSdk;
  client: LambdaSdk.LambdaClient;
  target: LambdaTarget;
}

/**
 * Idle time after which the system probes a connection, ms: well below the 350 s after which AWS's NAT gateways and load
 * balancers drop a silent one, and the first probe keeps it open.
 */
const PROBE_MS = MINUTE_MS;

/** Connections for requests that are answered at once, so that these never wait for a shard to end. */
export const SHORT_SOCKETS = 32;

/** Rejects with `InvokeError` when the SDK is not installed, or does not know which region to ask. */
export async function connectLambda(settings: LambdaSettings): Promise<LambdaConnection> {
  const sdk = await loadSdk();
  const { functionName, endpoint } = settings;
  const { maxSockets, agent } = settings;
  const options = { keepAlive: true, keepAliveMsecs: PROBE_MS, maxSockets: maxSockets + SHORT_SOCKETS };
  const client = newClient(sdk, settings, await agentsFor(endpoint, options, agent));
  return { sdk, client, target: { functionName, endpoint, region: await regionOf(client) } };
}

async function loadSdk(): Promise<typeof LambdaSdk> {
  try {
    return await import("@aws-sdk/client-lambda");
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException | null)?.code === "ERR_MODULE_NOT_FOUND";
    const why = isMissing ? "which is not installed" : `which could not be loaded: ${textOf(cause)}`;
    throw new InvokeError(
      `LambdaBackend needs the package @aws-sdk/client-lambda, ${why}. Run: npm install @aws-sdk/client-lambda`,
      { cause },
    );
  }
}

/** One try each: which failures are worth another, and for how long, is decided here, where it is known what runs. */
function newClient(sdk: typeof LambdaSdk, settings: LambdaSettings, agents: Agents): LambdaSdk.LambdaClient {
  const { endpoint, credentials, functionName, requestTimeoutMs } = settings;
  const region = settings.region ?? parseFunctionName(functionName).region;
  return new sdk.LambdaClient({
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
      ...agents,
    },
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials: credentials as SdkCredentials }),
  });
}

async function regionOf(client: LambdaSdk.LambdaClient): Promise<string> {
  try {
    return await client.config.region();
  } catch (cause) {
    throw new InvokeError(
      "LambdaBackend knows no region. Give it the option region, or set AWS_REGION or a region in the AWS profile.",
      { cause },
    );
  }
}
