/** How a function's process is started: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
import { randomUUID } from "node:crypto";
import type { Deployment } from "./deployment.js";
import { type Settings, WORKER_CREDENTIALS } from "./options.js";

export interface Place {
  /** Host and port. */
  runtimeApi: string;
  /** The environment's own /tmp. */
  tmp: string;
}

export function processEnv(deployment: Deployment, settings: Settings, place: Place): Record<string, string> {
  const { config, taskRoot, layersRoot } = deployment;
  const major = config.Runtime.match(/\d+/)?.[0];
  const layers = [`${layersRoot}/nodejs/node${major}/node_modules`, `${layersRoot}/nodejs/node_modules`];
  const modules = [...layers, ...(settings.runtimeModules ? [settings.runtimeModules] : []), taskRoot];
  return {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    TMPDIR: place.tmp,
    NODE_PATH: modules.join(":"),
    AWS_ACCESS_KEY_ID: WORKER_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: WORKER_CREDENTIALS.secretAccessKey,
    AWS_SESSION_TOKEN: WORKER_CREDENTIALS.sessionToken,
    ...config.Environment,
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${config.Runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: config.FunctionName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.MemorySize),
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${config.FunctionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: newLogStream(),
    AWS_LAMBDA_RUNTIME_API: place.runtimeApi,
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    _HANDLER: config.Handler,
    ...settings.environment,
  };
}

function newLogStream(): string {
  return `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${randomUUID().replaceAll("-", "")}`;
}

/** Share of the memory that V8 may fill with old objects, as in Lambda's own start script for Node.js. */
const OLD_SPACE = 0.9;

export function nodeFlags(deployment: Deployment): string[] {
  const { Runtime, MemorySize } = deployment.config;
  // Lambda turns require() of ES modules off for its Node.js 22 and older.
  const isOld = Runtime === "nodejs20.x" || Runtime === "nodejs22.x";
  const flags = [`--max-old-space-size=${Math.floor(MemorySize * OLD_SPACE)}`];
  return isOld ? [...flags, "--no-experimental-require-module"] : flags;
}
