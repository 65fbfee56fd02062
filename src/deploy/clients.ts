/** Clients of the AWS SDK, loaded when first asked for: it is heavy, and optional. */
import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { EC2 } from "@aws-sdk/client-ec2";
import type { IAM } from "@aws-sdk/client-iam";
import type { Lambda } from "@aws-sdk/client-lambda";
import type { S3 } from "@aws-sdk/client-s3";
import type { STS } from "@aws-sdk/client-sts";
import type { ResolvedConfig } from "../config/config.js";
import { DeployError } from "../errors.js";
import { agentsFor } from "../util/agents.js";
import { MINUTE_MS } from "../util/time.js";

/** Longest that one request may take, ms: room for the worker's bundle on a slow line. */
const REQUEST_TIMEOUT_MS = MINUTE_MS;
const CONNECTION_TIMEOUT_MS = 5_000;

/** Packages that deploy needs, besides what jobs need. */
export const AWS_PACKAGES = ["lambda", "iam", "sts", "cloudwatch-logs", "s3"].map((name) => `@aws-sdk/client-${name}`);

/** Only where workers are in a VPC: it is larger than all the others together. */
const VPC_PACKAGE = "@aws-sdk/client-ec2";

/** Services beside S3 and Lambda, by the names of the settings of their endpoints and of the SDK's variables for them. */
const OTHERS = { iam: "IAM", sts: "STS", ec2: "EC2", logs: "CLOUDWATCH_LOGS" } as const;

export interface Clients {
  lambda: Lambda;
  iam: IAM;
  sts: STS;
  logs: CloudWatchLogs;
  s3: S3;
  /** Undefined where workers are in no VPC. */
  ec2: EC2 | undefined;
  /** Where requests go that do not go to AWS, in words; empty when all do. */
  places: string;
  close(): void;
}

/** Throws `DeployError` when a package of the SDK is not installed. */
export async function openClients(config: ResolvedConfig): Promise<Clients> {
  const { lambda, s3 } = config;
  const isInVpc = lambda.subnetIds.length > 0;
  const sdk = await loadSdk(isInVpc);
  const of = (service: keyof typeof OTHERS) =>
    clientSettings({ region: lambda.region, endpoint: otherEndpoint(config, service) });
  const clients = {
    lambda: new sdk.lambda.Lambda(await clientSettings(lambda)),
    iam: new sdk.iam.IAM(await of("iam")),
    sts: new sdk.sts.STS(await of("sts")),
    logs: new sdk.logs.CloudWatchLogs(await of("logs")),
    s3: new sdk.s3.S3({ ...(await clientSettings(s3)), forcePathStyle: s3.forcePathStyle }),
    ec2: sdk.ec2 && new sdk.ec2.EC2(await of("ec2")),
  };
  const close = () => {
    for (const client of Object.values(clients)) client?.destroy();
  };
  return { ...clients, places: placesOf(config), close };
}

/** A stand-in of Lambda's serves the others, too, unless they have endpoints of their own. */
function otherEndpoint({ endpoints, lambda }: ResolvedConfig, service: keyof typeof OTHERS): string | undefined {
  return endpoints[service] ?? (process.env[`AWS_ENDPOINT_URL_${OTHERS[service]}`] || lambda.endpoint);
}

function placesOf(config: ResolvedConfig): string {
  const { lambda, s3 } = config;
  const others = (Object.keys(OTHERS) as (keyof typeof OTHERS)[]).map(
    (service) => [`endpoints.${service}`, otherEndpoint(config, service)] as const,
  );
  return [["lambda.endpoint", lambda.endpoint] as const, ...others, ["s3.endpoint", s3.endpoint] as const]
    .filter(([, endpoint]) => endpoint !== undefined)
    .map(([setting, endpoint]) => `${setting} ${endpoint}`)
    .join(", ");
}

async function loadSdk(isInVpc: boolean) {
  try {
    const [lambda, iam, sts, logs, s3, ec2] = await Promise.all([
      import("@aws-sdk/client-lambda"),
      import("@aws-sdk/client-iam"),
      import("@aws-sdk/client-sts"),
      import("@aws-sdk/client-cloudwatch-logs"),
      import("@aws-sdk/client-s3"),
      isInVpc ? import("@aws-sdk/client-ec2") : undefined,
    ]);
    return { lambda, iam, sts, logs, s3, ec2 };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new DeployError(
      `A package of the AWS SDK is not installed. Install what deploying needs: npm install ${[...AWS_PACKAGES, ...(isInVpc ? [VPC_PACKAGE] : [])].join(" ")}.`,
      { cause },
    );
  }
}

async function clientSettings({ region, endpoint }: { region: string | undefined; endpoint: string | undefined }) {
  return {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    // Without the last one, a request that takes too long only gets a warning.
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      ...(await agentsFor(endpoint, { keepAlive: true })),
    },
  };
}
