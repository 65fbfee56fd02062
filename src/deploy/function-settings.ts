/** What the function is set to, and where an existing one differs. */
import { isDeepStrictEqual } from "node:util";
import type { FileSystemConfig, FunctionConfiguration, Runtime } from "@aws-sdk/client-lambda";
import type { ResolvedLambdaConfig } from "../config/config.js";
import { DeployError } from "../errors.js";
import { WIRE_VERSION } from "../wire/version.js";
import type { Context } from "./context.js";
import { HANDLER } from "./layer.js";
import { ownVersion } from "./own-version.js";

/** All variables of a function together, as JSON (AWS documentation, "Lambda quotas"). */
const MAX_ENV_BYTES = 4096;

/** Of the function, and of the aliases that deploy makes, which it knows by it: aliases have no tags. */
export const DESCRIPTION = "Workers of nodewren";

/** By which doctor knows the release of a deployed worker. */
export const WIRE_VARIABLE = "NODEWREN_WIRE";
export const VERSION_VARIABLE = "NODEWREN_VERSION";

/** By which the worker knows that its calls may start jobs; also the setting's own variable, for executors there. */
export const NESTED_VARIABLE = "NODEWREN_LAMBDA_NESTED_MAPS";

/** As CreateFunction and UpdateFunctionConfiguration take it. */
export function configurationOf({ config, names }: Pick<Context, "config" | "names">) {
  const { lambda } = config;
  return {
    FunctionName: names.functionName,
    Description: DESCRIPTION,
    Role: names.roleArn,
    // An image says by itself what runs, and with what.
    ...(lambda.imageUri === undefined && {
      Handler: HANDLER,
      Runtime: lambda.runtime as Runtime,
      Layers: [...lambda.layers],
    }),
    MemorySize: lambda.memoryMb,
    Timeout: lambda.timeoutMs / 1000,
    EphemeralStorage: { Size: lambda.ephemeralStorageMb },
    Environment: { Variables: variablesOf(lambda) },
    // Lines in JSON, which an account may have as its default, are not those that tell how a worker ended.
    LoggingConfig: { LogFormat: "Text" as const },
    // Empty lists take a function out of its network.
    VpcConfig: { SubnetIds: [...lambda.subnetIds], SecurityGroupIds: [...lambda.securityGroupIds] },
    FileSystemConfigs: Object.entries(lambda.fileSystem).map(([LocalMountPath, Arn]) => ({ Arn, LocalMountPath })),
    TracingConfig: { Mode: lambda.tracing ? ("Active" as const) : ("PassThrough" as const) },
    // An empty one stands for AWS's own key.
    KMSKeyArn: lambda.kmsKeyArn ?? "",
  };
}

function variablesOf({ env, nestedMaps, imageUri }: ResolvedLambdaConfig): Record<string, string> {
  // Which release an image holds, nobody here knows.
  const ofRelease = imageUri === undefined && {
    [WIRE_VARIABLE]: String(WIRE_VERSION),
    [VERSION_VARIABLE]: ownVersion(),
  };
  const variables = { ...env, ...ofRelease, ...(nestedMaps && { [NESTED_VARIABLE]: "true" }) };
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes <= MAX_ENV_BYTES) return variables;
  throw new DeployError(
    `The function's environment variables take ${bytes} bytes, of which Lambda allows ${MAX_ENV_BYTES}. Shorten lambda.env, or give values to the job with its option env.`,
  );
}

/** Names of the settings that differ, in the configuration file's words. */
export function differences(context: Pick<Context, "config" | "names">, found: FunctionConfiguration): string[] {
  const wanted = configurationOf(context);
  const pairs: Record<string, [unknown, unknown]> = {
    description: [wanted.Description, found.Description],
    role: [wanted.Role, found.Role],
    handler: [wanted.Handler, found.Handler],
    runtime: [wanted.Runtime, found.Runtime],
    memoryMb: [wanted.MemorySize, found.MemorySize],
    timeoutMs: [wanted.Timeout, found.Timeout],
    ephemeralStorageMb: [wanted.EphemeralStorage.Size, found.EphemeralStorage?.Size],
    env: [wanted.Environment.Variables, { ...found.Environment?.Variables }],
    logFormat: [wanted.LoggingConfig.LogFormat, found.LoggingConfig?.LogFormat ?? "Text"],
    tracing: [wanted.TracingConfig.Mode, found.TracingConfig?.Mode ?? "PassThrough"],
    subnetIds: [sorted(wanted.VpcConfig.SubnetIds), sorted(found.VpcConfig?.SubnetIds)],
    securityGroupIds: [sorted(wanted.VpcConfig.SecurityGroupIds), sorted(found.VpcConfig?.SecurityGroupIds)],
    fileSystem: [mountsOf(wanted.FileSystemConfigs), mountsOf(found.FileSystemConfigs)],
    kmsKeyArn: [wanted.KMSKeyArn, found.KMSKeyArn ?? ""],
    layers: [wanted.Layers ?? [], (found.Layers ?? []).map(({ Arn }) => Arn)],
  };
  return Object.keys(pairs).filter((name) => !isDeepStrictEqual(...(pairs[name] as [unknown, unknown])));
}

/** In no order: Lambda keeps none. */
function sorted(ids: readonly string[] = []): string[] {
  return [...ids].sort();
}

function mountsOf(configs: readonly FileSystemConfig[] = []): (string | undefined)[][] {
  return configs.map(({ Arn, LocalMountPath }) => [LocalMountPath, Arn]);
}
