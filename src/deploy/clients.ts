/** Clients of the AWS SDK, loaded when first asked for: it is heavy, and optional. */
import type { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import type { IAM } from "@aws-sdk/client-iam";
import type { Lambda } from "@aws-sdk/client-lambda";
import type { S3 } from "@aws-sdk/client-s3";
import type { STS } from "@aws-sdk/client-sts";
import type { ResolvedConfig } from "../config/config.js";
import { DeployError } from "../errors.js";
import { MINUTE_MS } from "../util/time.js";

/** Longest that one request may take, ms: room for the worker's bundle on a slow line. */
const REQUEST_TIMEOUT_MS = MINUTE_MS;
const CONNECTION_TIMEOUT_MS = 5_000;

/** Packages that deploy needs, besides what jobs need. */
export const AWS_PACKAGES = ["lambda", "iam", "sts", "cloudwatch-logs", "s3"].map((name) => `@aws-sdk/client-${name}`);

export interface Clients {
  lambda: Lambda;
  iam: IAM;
  sts: STS;
  logs: CloudWatchLogs;
  s3: S3;
  close(): void;
}

/** Throws `DeployError` when a package of the SDK is not installed. */
export async function openClients({ lambda, s3 }: ResolvedConfig): Promise<Clients> {
  const sdk = await loadSdk();
  const settings = clientSettings(lambda);
  const clients = {
    lambda: new sdk.lambda.Lambda(settings),
    iam: new sdk.iam.IAM(settings),
    sts: new sdk.sts.STS(settings),
    logs: new sdk.logs.CloudWatchLogs(settings),
    s3: new sdk.s3.S3({ ...clientSettings(s3), forcePathStyle: s3.forcePathStyle }),
  };
  const close = () => {
    for (const client of Object.values(clients)) client.destroy();
  };
  return { ...clients, close };
}

async function loadSdk() {
  try {
    const [lambda, iam, sts, logs, s3] = await Promise.all([
      import("@aws-sdk/client-lambda"),
      import("@aws-sdk/client-iam"),
      import("@aws-sdk/client-sts"),
      import("@aws-sdk/client-cloudwatch-logs"),
      import("@aws-sdk/client-s3"),
    ]);
    return { lambda, iam, sts, logs, s3 };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new DeployError(
      `A package of the AWS SDK is not installed. Install what deploying needs: npm install ${AWS_PACKAGES.join(" ")}.`,
      { cause },
    );
  }
}

function clientSettings({ region, endpoint }: { region: string | undefined; endpoint: string | undefined }) {
  return {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    // Without the last one, a request that takes too long only gets a warning.
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  };
}
