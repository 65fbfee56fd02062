import { Argument, type Command } from "commander";
import type { ResolvedConfig } from "../config/config.js";
import { withPlace } from "../deploy/context.js";
import type { Place } from "../deploy/names.js";
import { POLICY_NAMES, type PolicyName, policies, WITHOUT_RESOURCE } from "../deploy/policies.js";
import { partitionOf } from "../util/partition.js";
import { type CommonOptions, configOf, configuredCommand } from "./shared.js";
import { json } from "./text.js";
import { UsageError } from "./usage.js";

interface PolicyOptions extends CommonOptions {
  account?: string;
}

/** `nodewren policy`: IAM policies for whom to grant what. */
export function policyCommand(): Command {
  return configuredCommand(
    "policy",
    "Prints IAM policies: for the worker's role, for who runs jobs, for who deploys, for the role of jobs' keys.",
  )
    .addArgument(new Argument("[whose]", "default: all, by name").choices(POLICY_NAMES))
    .option("--account <number>", "account of 12 digits; default: that of the credentials")
    .action(async (whose: PolicyName | undefined, options: PolicyOptions) => {
      const config = configOf(options);
      const all = policies(config, await placeOf(config, options.account));
      const shown = whose === undefined ? all : all[whose];
      console.log(json(shown));
      if (!options.json) printExceptions(JSON.stringify(shown));
    });
}

/** Reasons go to stderr: what stands on stdout can be given to AWS as it is. */
function printExceptions(shown: string): void {
  for (const [action, reason] of Object.entries(WITHOUT_RESOURCE))
    if (shown.includes(`"${action}"`)) console.error(`${action} is allowed on "*": ${reason}.`);
}

async function placeOf(config: ResolvedConfig, account: string | undefined): Promise<Place> {
  const { region } = config.lambda;
  if (account === undefined) return withPlace(config, async (place) => place);
  if (!/^\d{12}$/.test(account))
    throw new UsageError("account", `An AWS account's number has 12 digits, but --account is ${account}.`);
  if (region === undefined)
    throw new UsageError("region", "With --account, the region must be known: set region, or NODEWREN_REGION.");
  return { account, region, partition: partitionOf(region) };
}
