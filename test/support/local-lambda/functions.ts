/** CreateFunction, GetFunction and their like. */
import type { Account } from "./account.js";
import { ApiError, conflict, notFound } from "./api-error.js";
import { type ApiCall, type Handler, jsonBody, permit } from "./call.js";
import { type Code, type CodeInput, checkUnzipped, readCode } from "./code.js";
import { newConfig, readConfig } from "./function-input.js";
import { FunctionRecord } from "./function-record.js";
import { jsonAnswer } from "./http.js";
import { checkRole } from "./iam-roles.js";
import { layerCodes } from "./layers.js";
import { REQUEST_BYTES } from "./limits.js";
import { joinNetwork, leaveNetwork, VPC_ID } from "./network.js";
import { numberOf, qualifierOf, versionOf } from "./versions.js";

/** The name in a path may be a name, an ARN, or either with a qualifier. */
export function functionName(given: string): string {
  return given.match(/function:([^:]+)/)?.[1] ?? (given.split(":")[0] as string);
}

export function functionArn(call: ApiCall): string {
  const qualifier = qualifierOf(call);
  const suffix = qualifier === "$LATEST" ? "" : `:${qualifier}`;
  return call.account.arn("lambda", `function:${functionName(call.params["name"] as string)}${suffix}`);
}

/** Throws ResourceNotFoundException. */
export function functionOf(call: ApiCall): FunctionRecord {
  const found = call.account.functions.get(functionName(call.params["name"] as string));
  if (found && numberOf(found, qualifierOf(call)) !== undefined) return found;
  throw notFound(`Function not found: ${functionArn(call)}`);
}

export const createFunction: Handler = async (call) => {
  checkSize(call, "CreateFunction");
  const input = jsonBody(call);
  const { account } = call;
  const config = newConfig(input);
  permit(call, "lambda:CreateFunction", account.arn("lambda", `function:${config.FunctionName}`));
  const tags = (input["Tags"] ?? {}) as Record<string, string>;
  if (Object.keys(tags).length > 0)
    permit(call, "lambda:TagResource", account.arn("lambda", `function:${config.FunctionName}`), true);
  permit(call, "iam:PassRole", config.Role, true);
  checkRole(account, config.Role);
  permitKey(call, config.KMSKeyArn);
  joinNetwork(call, config);
  const layers = layerCodes(call, config.Layers);
  const code = await readCode(call, (input["Code"] ?? {}) as CodeInput);
  checkUnzipped([code, ...layers]);
  if (account.functions.has(config.FunctionName)) throw conflict(`Function already exist: ${config.FunctionName}`);
  const made = new FunctionRecord(account, config, code, layers);
  made.tags = tags;
  account.functions.set(config.FunctionName, made);
  return jsonAnswer(201, shown(made));
};

/** What Lambda does with the user's own key in the name of who asks, to encrypt variables and to show them. */
function permitKey(call: ApiCall, key: string): void {
  if (key === "") return;
  for (const action of ["kms:CreateGrant", "kms:Encrypt", "kms:Decrypt"]) permit(call, action, key, true);
}

export const getFunction: Handler = (call) => {
  const found = functionOf(call);
  const { reservedConcurrency, tags } = found;
  const Concurrency =
    reservedConcurrency === undefined ? undefined : { ReservedConcurrentExecutions: reservedConcurrency };
  return jsonAnswer(200, {
    Configuration: shown(found),
    Code: { RepositoryType: "S3", Location: `https://localhost/snapshots/${found.config.FunctionName}` },
    ...(Object.keys(tags).length > 0 && { Tags: tags }),
    Concurrency,
  });
};

export const getFunctionConfiguration: Handler = (call) => {
  const found = functionOf(call);
  return jsonAnswer(200, shown(found, numberOf(found, qualifierOf(call))));
};

export const updateFunctionCode: Handler = async (call) => {
  checkSize(call, "UpdateFunctionCode");
  const found = functionOf(call);
  const input = jsonBody(call);
  const code = await readCode(call, input as CodeInput);
  checkUnzipped([code, ...found.layers]);
  found.checkMayUpdate();
  checkRevision(found, input["RevisionId"]);
  if (input["DryRun"] === true) return jsonAnswer(200, { ...shown(found), ...codeShown(code) });
  found.update({ code });
  return jsonAnswer(200, shown(found));
};

export const updateFunctionConfiguration: Handler = (call) => {
  const found = functionOf(call);
  const input = jsonBody(call);
  const config = readConfig(input, found.config);
  if (input["Role"] !== undefined) permit(call, "iam:PassRole", config.Role, true);
  if (input["Role"] !== undefined) checkRole(call.account, config.Role);
  permitKey(call, config.KMSKeyArn);
  joinNetwork(call, config, found.config);
  const layers = input["Layers"] === undefined ? found.layers : layerCodes(call, config.Layers);
  checkUnzipped([found.code, ...layers]);
  found.checkMayUpdate();
  checkRevision(found, input["RevisionId"]);
  found.update({ config, layers });
  return jsonAnswer(200, shown(found));
};

export const deleteFunction: Handler = async (call) => {
  const found = functionOf(call);
  call.account.functions.delete(found.config.FunctionName);
  leaveNetwork(call, found.config);
  await found.pool.close();
  return { status: 204 };
};

/** Lambda's own default. */
const PAGE = 50;

export const listFunctions: Handler = (call) => {
  const { from, size } = pageOf(call, PAGE);
  const all = [...call.account.functions.values()];
  const NextMarker = from + size < all.length ? String(from + size) : undefined;
  return jsonAnswer(200, { Functions: all.slice(from, from + size).map((one) => shown(one)), NextMarker });
};

export function pageOf(call: ApiCall, defaultSize: number): { from: number; size: number } {
  const size = Number(call.query.get("MaxItems") ?? defaultSize);
  return { from: Number(call.query.get("Marker") ?? 0), size: Math.min(size, defaultSize) };
}

export const getAccountSettings: Handler = ({ account }) => {
  const limit = account.settings.accountConcurrency;
  return jsonAnswer(200, {
    AccountLimit: {
      TotalCodeSize: 80_530_636_800,
      CodeSizeUnzipped: 262_144_000,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: limit,
      UnreservedConcurrentExecutions: limit - reservedInAll(account),
    },
    AccountUsage: { TotalCodeSize: 0, FunctionCount: account.functions.size },
  });
};

export function reservedInAll(account: Account, except?: FunctionRecord): number {
  const others = [...account.functions.values()].filter((one) => one !== except);
  return others.reduce((sum, one) => sum + (one.reservedConcurrency ?? 0), 0);
}

function checkSize(call: ApiCall, operation: string): void {
  if (call.body.length < REQUEST_BYTES) return;
  const text = `Request must be smaller than ${REQUEST_BYTES} bytes for the ${operation} operation`;
  throw new ApiError(413, "RequestEntityTooLargeException", text);
}

function checkRevision(found: FunctionRecord, revisionId: unknown): void {
  if (revisionId === undefined || revisionId === found.revisionId) return;
  const text = "The Revision Id provided does not match the latest Revision Id.";
  throw new ApiError(412, "PreconditionFailedException", `${text} Call the GetFunction/GetAlias API to retrieve it`);
}

function codeShown(code: Code): object {
  return { CodeSha256: code.sha256, CodeSize: code.zip.length };
}

/** As in the answers. */
export function shown(found: FunctionRecord, version = "$LATEST"): Record<string, unknown> {
  const { state, updateStatus } = found;
  const { config, code } = versionOf(found, version);
  const { Environment, EphemeralStorage, Layers, LogFormat, TracingMode, KMSKeyArn, ...others } = config;
  const { SubnetIds, SecurityGroupIds, FileSystemConfigs, ...rest } = others;
  const layerSizes = found.layers.map((layer) => layer.zip.length);
  return {
    ...rest,
    ...codeShown(code),
    ...(Object.keys(Environment).length > 0 && { Environment: { Variables: Environment } }),
    ...(Layers.length > 0 && { Layers: Layers.map((Arn, i) => ({ Arn, CodeSize: layerSizes[i] })) }),
    EphemeralStorage: { Size: EphemeralStorage },
    FunctionArn: found.functionArn,
    LastModified: found.lastModified,
    RevisionId: found.revisionId,
    Version: version,
    ...(config.PackageType === "Image" && { Runtime: undefined, Handler: undefined }),
    TracingConfig: { Mode: TracingMode },
    ...(KMSKeyArn !== "" && { KMSKeyArn }),
    ...(SubnetIds.length > 0 && {
      VpcConfig: { SubnetIds: [...SubnetIds].reverse(), SecurityGroupIds, VpcId: VPC_ID },
    }),
    ...(FileSystemConfigs.length > 0 && { FileSystemConfigs }),
    LoggingConfig: { LogFormat, LogGroup: `/aws/lambda/${config.FunctionName}` },
    State: state,
    ...(state === "Pending" && { StateReason: "The function is being created.", StateReasonCode: "Creating" }),
    LastUpdateStatus: updateStatus,
    ...(updateStatus === "InProgress" && { LastUpdateStatusReasonCode: "Creating" }),
  };
}
