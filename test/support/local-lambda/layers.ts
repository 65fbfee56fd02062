/** Versions of layers. */
import type { Account } from "./account.js";
import { invalidParameter, notFound } from "./api-error.js";
import { type ApiCall, type Handler, jsonBody, permit } from "./call.js";
import { type Code, type CodeInput, readCode } from "./code.js";
import { jsonAnswer } from "./http.js";

export interface LayerVersion {
  layerName: string;
  version: number;
  description: string;
  createdAt: string;
  compatibleRuntimes: unknown;
  code: Code;
  /** Functions that have it keep it, but no more may take it. */
  isDeleted: boolean;
}

export function layerArn(call: ApiCall): string {
  const { layer, version } = call.params;
  return call.account.arn("lambda", `layer:${nameOf(layer as string)}${version === undefined ? "" : `:${version}`}`);
}

function nameOf(given: string): string {
  return given.match(/layer:([^:]+)/)?.[1] ?? given;
}

export const publishLayerVersion: Handler = async (call) => {
  const { account } = call;
  const layerName = nameOf(call.params["layer"] as string);
  const input = jsonBody(call);
  const code = await readCode(call, (input["Content"] ?? {}) as CodeInput);
  const versions = account.layers.get(layerName) ?? [];
  account.layers.set(layerName, versions);
  const made: LayerVersion = {
    layerName,
    version: versions.length + 1,
    description: String(input["Description"] ?? ""),
    createdAt: new Date().toISOString().replace("Z", "+0000"),
    compatibleRuntimes: input["CompatibleRuntimes"],
    code,
    isDeleted: false,
  };
  versions.push(made);
  return jsonAnswer(201, { ...shown(account, made), Content: contentShown(made) });
};

export const listLayerVersions: Handler = (call) => {
  const versions = call.account.layers.get(nameOf(call.params["layer"] as string)) ?? [];
  const there = versions.filter(({ isDeleted }) => !isDeleted).reverse();
  return jsonAnswer(200, { LayerVersions: there.map((one) => shown(call.account, one)) });
};

export const listLayers: Handler = (call) => {
  const latest = [...call.account.layers.values()].flatMap((all) => all.findLast((one) => !one.isDeleted) ?? []);
  const { account } = call;
  const Layers = latest.map((one) => ({
    LayerName: one.layerName,
    LayerArn: account.arn("lambda", `layer:${one.layerName}`),
    LatestMatchingVersion: shown(account, one),
  }));
  return jsonAnswer(200, { Layers });
};

export const getLayerVersion: Handler = (call) => {
  const found = call.account.layers.get(nameOf(call.params["layer"] as string))?.[Number(call.params["version"]) - 1];
  if (!found || found.isDeleted) throw notFound("The resource you requested does not exist.");
  return jsonAnswer(200, { ...shown(call.account, found), Content: contentShown(found) });
};

/** As on Lambda, deleting what is not there is no error. */
export const deleteLayerVersion: Handler = (call) => {
  const found = call.account.layers.get(nameOf(call.params["layer"] as string))?.[Number(call.params["version"]) - 1];
  if (found) found.isDeleted = true;
  return { status: 204 };
};

/** The contents of the layer versions. Throws for one that is not there. */
export function layerCodes(call: ApiCall, arns: readonly string[]): Code[] {
  return arns.map((arn) => {
    permit(call, "lambda:GetLayerVersion", arn, true);
    const [, name = "", version] = arn.match(/layer:([^:]+):(\d+)$/) ?? [];
    const found = call.account.layers.get(name)?.[Number(version) - 1];
    if (found && !found.isDeleted) return found.code;
    throw invalidParameter(`Layer version ${arn} does not exist.`);
  });
}

function contentShown({ code }: LayerVersion): object {
  return { CodeSha256: code.sha256, CodeSize: code.zip.length };
}

function shown(account: Account, { layerName, version, description, createdAt, compatibleRuntimes }: LayerVersion) {
  const LayerArn = account.arn("lambda", `layer:${layerName}`);
  return {
    LayerArn,
    LayerVersionArn: `${LayerArn}:${version}`,
    Version: version,
    Description: description,
    CreatedDate: createdAt,
    CompatibleRuntimes: compatibleRuntimes,
  };
}
