/** AWS as deploying needs it: a local Lambda with IAM, STS and Logs, an S3 double, and three callers with their keys. */
import { onTestFinished } from "vitest";
import type { Config, ResolvedConfig } from "../../src/config/config.js";
import { loadConfig } from "../../src/config/load.js";
import { type ApiRequest, type LocalLambda, type LocalLambdaOptions, startLocalLambda } from "./local-lambda/index.js";
import type { AskedPermission } from "./policy.js";
import type { S3Double } from "./s3-double/double.js";
import { permissionsOf } from "./s3-permissions.js";
import { newS3Double } from "./s3-stores.js";

export type Caller = "deployer" | "caller" | "worker";

export interface Cloud {
  lambda: LocalLambda;
  s3: S3Double;
  bucket: string;
  config: ResolvedConfig;
  /** What a process needs to work in this cloud, as one of the callers. */
  env(caller: Caller): Record<string, string>;
  /** What a caller has asked for, of all services. */
  askedBy(caller: Caller): AskedPermission[];
  /** The same of all who have keys of STS. */
  askedBySessions(): AskedPermission[];
  /** Sends this process's own requests as the caller, until the test ends. */
  become(caller: Caller): void;
}

const secretOf = (caller: Caller) => `secret-of-${caller}`;
const keyOf = (caller: Caller) => `AKIA${caller.toUpperCase()}`;
const credentialsOf = (caller: Caller) => ({ accessKeyId: keyOf(caller), secretAccessKey: secretOf(caller) });

export const REGION = "eu-west-1";

/** All of it goes when the test ends. The bucket is named, and made by nobody yet. */
export async function newCloud(code: Config = {}, options: LocalLambdaOptions = {}): Promise<Cloud> {
  const worker = { AWS_ACCESS_KEY_ID: keyOf("worker"), AWS_SECRET_ACCESS_KEY: secretOf("worker") };
  const lambda = await startLocalLambda({ region: REGION, stateDelayMs: 20, environment: worker, ...options });
  onTestFinished(() => lambda.close());
  const s3 = await newS3Double({
    credentials: credentialsOf("deployer"),
    otherCredentials: [credentialsOf("caller"), credentialsOf("worker")],
    sessions: lambda.sessions,
  });
  const bucket = "nodewren-test-bucket";
  const settings = {
    NODEWREN_STORE: `s3://${bucket}/team/runs`,
    NODEWREN_REGION: REGION,
    NODEWREN_LAMBDA_ENDPOINT: lambda.endpoint,
    NODEWREN_S3_ENDPOINT: s3.endpoint,
  };
  const cloud: Cloud = {
    lambda,
    s3,
    bucket,
    config: loadConfig({ code, env: settings, file: null }),
    env: (caller) => ({ ...settings, ...variablesOf(caller) }),
    askedBy: (caller) => [
      ...lambda.requests.filter(({ accessKeyId }) => accessKeyId === keyOf(caller)).flatMap(permissionsOfRequest),
      ...s3.log.filter(({ accessKeyId }) => accessKeyId === keyOf(caller)).flatMap(permissionsOf),
    ],
    askedBySessions: () =>
      s3.log.filter(({ accessKeyId = "" }) => lambda.sessions.has(accessKeyId)).flatMap(permissionsOf),
    become: (caller) => setVariables(variablesOf(caller)),
  };
  cloud.become("deployer");
  return cloud;
}

function variablesOf(caller: Caller): Record<string, string> {
  const { accessKeyId, secretAccessKey } = credentialsOf(caller);
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
}

function setVariables(variables: Record<string, string>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    process.env[name] = value;
    onTestFinished(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}

function permissionsOfRequest({ action, resource, context }: ApiRequest): AskedPermission[] {
  // GetFunction tells the tags only to those who may list them (AWS API reference).
  if (action === "lambda:GetFunction") return [action, "lambda:ListTags"].map((one) => ({ action: one, resource }));
  if (action !== "iam:PassRole") return [{ action, resource, ...(context && { context }) }];
  return [{ action, resource, context: { "iam:PassedToService": "lambda.amazonaws.com" } }];
}
