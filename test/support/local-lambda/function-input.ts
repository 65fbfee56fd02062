/** What CreateFunction and UpdateFunctionConfiguration accept, and how they refuse the rest. */
import { constraint, invalidParameter } from "./api-error.js";
import type { FunctionConfig } from "./deployment.js";
import { ENV_BYTES, EPHEMERAL_MB, LAYERS, MEMORY_MB, RUNTIMES, TIMEOUT_S } from "./limits.js";

type Input = Record<string, unknown>;

/** The configuration that the input asks for; what it leaves out stays as in `from`. Throws ApiError. */
export function readConfig(input: Input, from: FunctionConfig): FunctionConfig {
  const { Size: ephemeralMb } = (input["EphemeralStorage"] ?? {}) as { Size?: unknown };
  const { Variables: variables } = (input["Environment"] ?? {}) as { Variables?: unknown };
  return {
    FunctionName: from.FunctionName,
    PackageType: from.PackageType,
    // An image brings both: the runtime of AWS's base, and the command of the file it was built from.
    Runtime: from.PackageType === "Image" ? "nodejs24.x" : runtime(input["Runtime"] ?? from.Runtime),
    Role: role(input["Role"] ?? from.Role),
    Handler: from.PackageType === "Image" ? "index.handler" : text("handler", input["Handler"] ?? from.Handler),
    Description: text("description", input["Description"] ?? from.Description),
    Timeout: within("timeout", input["Timeout"] ?? from.Timeout, TIMEOUT_S),
    MemorySize: within("memorySize", input["MemorySize"] ?? from.MemorySize, MEMORY_MB),
    EphemeralStorage: within("ephemeralStorage.size", ephemeralMb ?? from.EphemeralStorage, EPHEMERAL_MB),
    Environment: environment(input["Environment"] ? (variables ?? {}) : from.Environment),
    Layers: layers(input["Layers"] ?? from.Layers),
    Architectures: (input["Architectures"] as string[] | undefined) ?? from.Architectures,
    LogFormat: memberOf(input, "LoggingConfig", "LogFormat") ?? from.LogFormat,
    TracingMode: memberOf(input, "TracingConfig", "Mode") ?? from.TracingMode,
    SubnetIds: memberOf(input, "VpcConfig", "SubnetIds") ?? from.SubnetIds,
    SecurityGroupIds: memberOf(input, "VpcConfig", "SecurityGroupIds") ?? from.SecurityGroupIds,
    FileSystemConfigs: (input["FileSystemConfigs"] as FunctionConfig["FileSystemConfigs"]) ?? from.FileSystemConfigs,
    KMSKeyArn: text("kMSKeyArn", input["KMSKeyArn"] ?? from.KMSKeyArn),
  };
}

export function newConfig(input: Input): FunctionConfig {
  const FunctionName = text("functionName", input["FunctionName"]);
  if (!/^[\w-]{1,64}$/.test(FunctionName))
    throw constraint(
      "functionName",
      FunctionName,
      "Member must satisfy regular expression pattern: [a-zA-Z0-9-_]{1,64}",
    );
  const PackageType = String(input["PackageType"] ?? "Zip");
  const refused = ["Runtime", "Handler", "Layers"].filter(
    (name) => PackageType === "Image" && input[name] !== undefined,
  );
  if (refused.length > 0)
    throw invalidParameter(`Please don't provide ${refused} when the intended package type is image.`);
  return readConfig(input, {
    FunctionName,
    PackageType,
    Runtime: "",
    Role: "",
    Handler: "",
    Description: "",
    Timeout: TIMEOUT_S.default,
    MemorySize: MEMORY_MB.default,
    EphemeralStorage: EPHEMERAL_MB.default,
    Environment: {},
    Layers: [],
    Architectures: ["x86_64"],
    LogFormat: "Text",
    TracingMode: "PassThrough",
    SubnetIds: [],
    SecurityGroupIds: [],
    FileSystemConfigs: [],
    KMSKeyArn: "",
  });
}

function memberOf<T = string>(input: Input, group: string, member: string): T | undefined {
  return (input[group] as Record<string, T> | undefined)?.[member];
}

function text(member: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw constraint(member, value, "Member must not be null");
}

function within(member: string, value: unknown, { min, max }: { min: number; max: number }): number {
  if (typeof value === "number" && value >= min && value <= max) return value;
  const side = Number(value) < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`;
  throw constraint(member, value, `Member must have value ${side}`);
}

function runtime(value: unknown): string {
  if (RUNTIMES.includes(String(value))) return String(value);
  throw invalidParameter(
    `Value ${value} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${RUNTIMES.join(", ")}] or be a valid ARN`,
  );
}

const ROLE_ARN = "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+";

function role(value: unknown): string {
  if (new RegExp(`^${ROLE_ARN}$`).test(String(value))) return String(value);
  throw constraint("role", value, `Member must satisfy regular expression pattern: ${ROLE_ARN}`);
}

/** Set by Lambda itself. AWS_… of credentials, region and function; not AWS_NODEJS_… or AWS_ENDPOINT_URL. */
const RESERVED =
  /^(_HANDLER|LAMBDA_(TASK_ROOT|RUNTIME_DIR)|AWS_(REGION|DEFAULT_REGION|EXECUTION_ENV|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN|LAMBDA_(FUNCTION_(NAME|MEMORY_SIZE|VERSION)|INITIALIZATION_TYPE|LOG_(GROUP|STREAM)_NAME|RUNTIME_API)))$/;

function environment(value: unknown): Record<string, string> {
  const variables = value as Record<string, string>;
  const names = Object.keys(variables);
  const wrong = names.find((name) => !/^[a-zA-Z]\w+$/.test(name) && !RESERVED.test(name));
  const pattern =
    "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]";
  if (wrong !== undefined) throw constraint("environment.variables", wrong, pattern);
  const reserved = names.filter((name) => RESERVED.test(name));
  const why = "environment variables you have provided contains reserved keys that are currently not supported";
  if (reserved.length > 0)
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the ${why} for modification. Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  const over = `exceeded the ${ENV_BYTES / 1024}KB limit`;
  if (bytes > ENV_BYTES)
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided ${over}. String measured: ${JSON.stringify(variables)}`,
    );
  return variables;
}

function layers(value: unknown): string[] {
  const arns = value as string[];
  if (arns.length <= LAYERS) return arns;
  throw invalidParameter(`Cannot reference more than ${LAYERS} layers.`);
}
