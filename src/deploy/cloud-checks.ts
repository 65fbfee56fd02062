/** What the doctor asks of AWS. Each check says what it found, or throws with the hint. */
import type { FunctionConfiguration, Lambda } from "@aws-sdk/client-lambda";
import type { ResolvedConfig } from "../config/config.js";
import { invokedNameOf } from "../config/invoked-name.js";
import { DeployError } from "../errors.js";
import { WIRE_VERSION } from "../wire/version.js";
import { findProvisioned } from "./alias.js";
import { isNamed } from "./aws-error.js";
import { openClients } from "./clients.js";
import { differences, VERSION_VARIABLE, WIRE_VARIABLE } from "./function-settings.js";
import { namesOf, type Place } from "./names.js";
import { waysToS3 } from "./network.js";
import { findPlace } from "./place.js";

export interface CloudChecks {
  place(): Promise<string>;
  /** Whether the function can be invoked. */
  functionState(): Promise<string>;
  /** Whether it was deployed by a release that this one can work with, and with these settings. */
  release(): Promise<string>;
  settings(): Promise<string>;
  concurrency(): Promise<string>;
  /** Whether the workers are started that the alias keeps started. */
  provisioned(): Promise<string>;
  /** Whether workers in a VPC find a way to the store. */
  network(): Promise<string>;
  close(): void;
}

/** Throws `DeployError` when packages of the AWS SDK are missing. */
export async function openCloudChecks(config: ResolvedConfig): Promise<CloudChecks> {
  const clients = await openClients(config);
  const { functionName, alias, provisionedConcurrency } = config.lambda;
  const invokedName = invokedNameOf(config.lambda);
  let place: Place | undefined;
  let deployed: FunctionConfiguration = {};
  return {
    place: async () => {
      place = await findPlace(clients);
      return `account ${place.account}, region ${place.region}`;
    },
    functionState: async () => {
      deployed = await findDeployed(clients.lambda, invokedName);
      return `${invokedName}: ${deployed.Runtime ?? "image"}, ${deployed.Architectures?.[0]}, ${deployed.MemorySize} MiB`;
    },
    release: async () =>
      deployed.PackageType === "Image" ? "that of the image: the check of a worker tells" : releaseOf(deployed),
    settings: async () => {
      const different = place ? differences({ config, names: namesOf(config, place) }, deployed) : [];
      if (different.length === 0) return "as configured";
      throw new DeployError(`The function differs in ${different.join(", ")}. Run: npx nodewren deploy`);
    },
    concurrency: () => concurrencyOf(clients.lambda, functionName),
    provisioned: async () => {
      const found = await findProvisioned({ clients, names: { functionName } }, alias ?? "");
      if (found?.Status === "READY") return `${found.AvailableProvisionedConcurrentExecutions} workers kept started`;
      const { Status = "not set", StatusReason = "" } = found ?? {};
      throw new DeployError(
        `The provisioned concurrency of ${invokedName}, ${provisionedConcurrency}, is ${Status}. ${StatusReason || "Wait a minute, or run: npx nodewren deploy"}`,
      );
    },
    network: async () => waysToS3(clients, config.lambda.subnetIds, place?.region ?? ""),
    close: () => clients.close(),
  };
}

async function findDeployed(lambda: Lambda, FunctionName: string): Promise<FunctionConfiguration> {
  const found = await lambda.getFunctionConfiguration({ FunctionName }).catch((error: unknown) => {
    if (!isNamed(error, "ResourceNotFoundException")) throw error;
    throw new DeployError(`There is no function ${FunctionName}. Run: npx nodewren deploy`, { cause: error });
  });
  const { State = "Active", LastUpdateStatus = "Successful" } = found;
  if (State !== "Failed" && State !== "Pending" && LastUpdateStatus === "Successful") return found;
  const why = found.StateReason ?? found.LastUpdateStatusReason ?? "no reason is given";
  throw new DeployError(
    `The function ${FunctionName} is ${State}, its last change ${LastUpdateStatus}: ${why}. Run: npx nodewren deploy`,
  );
}

function releaseOf({ Environment }: FunctionConfiguration): string {
  const { [WIRE_VARIABLE]: wire, [VERSION_VARIABLE]: version } = Environment?.Variables ?? {};
  if (wire === String(WIRE_VERSION)) return `release ${version}, wire format ${wire}`;
  throw new DeployError(
    `The deployed worker has wire format ${wire ?? "unknown"}, and this release ${WIRE_VERSION}. Run: npx nodewren deploy`,
  );
}

async function concurrencyOf(lambda: Lambda, FunctionName: string): Promise<string> {
  const [{ ReservedConcurrentExecutions: reserved }, { AccountLimit }] = await Promise.all([
    lambda.getFunctionConcurrency({ FunctionName }),
    lambda.getAccountSettings({}),
  ]);
  if (reserved === 0)
    throw new DeployError(
      `The function's reserved concurrency is 0, so that it never runs. Set lambda.reservedConcurrency, or remove it, and run: npx nodewren deploy`,
    );
  const unreserved = AccountLimit?.UnreservedConcurrentExecutions;
  if (reserved !== undefined) return `${reserved} workers at once, reserved for this function`;
  return `${unreserved} workers at once, shared with other functions of the account`;
}
