/** Keys of a session: a role that is taken on with a policy of the session's own (AssumeRole). For the host alone: no worker's bundle holds STS. */
import type { STSClientConfig } from "@aws-sdk/client-sts";
import { StoreError } from "../../errors.js";
import { agentsFor } from "../../util/agents.js";
import type { WorkerRole } from "../store.js";

export interface SessionKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

export interface SessionOptions {
  /** By which logs of AWS name the session. */
  name: string;
  /** JSON: the session may do what both this and the role's own policies allow. */
  policy: string;
  seconds: number;
}

/** Rejects with the SDK's error, and with `StoreError` where the package is not installed. */
export async function takeOnRole(role: WorkerRole, { name, policy, seconds }: SessionOptions): Promise<SessionKeys> {
  const { AssumeRoleCommand, STSClient } = await loadSdk();
  const client = new STSClient(await clientOptions(role));
  try {
    const { Credentials } = await client.send(
      new AssumeRoleCommand({ RoleArn: role.arn, RoleSessionName: name, DurationSeconds: seconds, Policy: policy }),
    );
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  } finally {
    client.destroy();
  }
}

async function clientOptions({ region, endpoint, credentials, agent }: WorkerRole): Promise<STSClientConfig> {
  return {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    requestHandler: await agentsFor(endpoint, {}, agent),
  } as STSClientConfig;
}

async function loadSdk() {
  try {
    return await import("@aws-sdk/client-sts");
  } catch (cause) {
    throw new StoreError("The option workerRoleArn needs a package: npm install @aws-sdk/client-sts", { cause });
  }
}
