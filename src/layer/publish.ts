/** Publishes a layer, unless its last version is the same already. */
import { createHash } from "node:crypto";
import type { Architecture, Runtime } from "@aws-sdk/client-lambda";
import type { ResolvedConfig } from "../config/config.js";
import { deployError } from "../deploy/aws-error.js";
import { type Clients, openClients } from "../deploy/clients.js";
import { LAYER_PREFIX } from "../deploy/names.js";
import type { Step } from "../deploy/step.js";
import type { BuiltLayer } from "./build.js";

export interface PublishedLayer {
  /** With its version. */
  arn: string;
  step: Step;
}

/** Longest name that Lambda takes is 140 characters, its ARN included where that is given. */
const MAX_NAME_LENGTH = 64;

/** Layers are named after their packages, so that a new version of one takes the place of the old. */
export function layerName(names: readonly string[]): string {
  const text = [...names]
    .sort()
    .join("-")
    .replaceAll(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^-+/, "");
  if (text.length <= MAX_NAME_LENGTH) return LAYER_PREFIX + text;
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 8);
  return `${LAYER_PREFIX}${text.slice(0, MAX_NAME_LENGTH - digest.length - 1)}-${digest}`;
}

/** Rejects with `DeployError`. */
export async function publishLayer(config: ResolvedConfig, built: BuiltLayer): Promise<PublishedLayer> {
  const name = layerName(built.names);
  const clients = await openClients(config);
  try {
    const same = await sameVersion(clients, name, built);
    if (same !== undefined) return { arn: same, step: { resource: `layer ${name}`, action: "unchanged", detail: "" } };
    const { lambda } = config;
    const made = await clients.lambda.publishLayerVersion({
      LayerName: name,
      Description: `Packages for workers of nodewren: ${built.names.join(", ")}`.slice(0, 256),
      Content: { ZipFile: built.zip },
      CompatibleRuntimes: [lambda.runtime as Runtime],
      CompatibleArchitectures: [lambda.architecture as Architecture],
    });
    const detail = `${built.zip.byteLength} bytes, version ${made.Version}`;
    return { arn: made.LayerVersionArn as string, step: { resource: `layer ${name}`, action: "created", detail } };
  } catch (cause) {
    throw deployError(`Publishing the layer ${name}`, cause);
  } finally {
    clients.close();
  }
}

/** ARN of the last version, if it holds the same bytes. */
async function sameVersion({ lambda }: Clients, LayerName: string, { zip }: BuiltLayer): Promise<string | undefined> {
  const { LayerVersions: [last] = [] } = await lambda.listLayerVersions({ LayerName, MaxItems: 1 });
  if (last?.Version === undefined) return undefined;
  const found = await lambda.getLayerVersion({ LayerName, VersionNumber: last.Version });
  const sha256 = createHash("sha256").update(zip).digest("base64");
  return found.Content?.CodeSha256 === sha256 ? found.LayerVersionArn : undefined;
}
