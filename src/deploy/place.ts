/** Whose account and which region the credentials and settings lead to. */
import { DeployError } from "../errors.js";
import { deployError } from "./aws-error.js";
import type { Clients } from "./clients.js";
import type { Place } from "./names.js";

/** Asks STS, for which nobody needs a permission. Throws `DeployError` without region or credentials. */
export async function findPlace({ lambda, sts, places }: Pick<Clients, "lambda" | "sts" | "places">): Promise<Place> {
  const region = await regionOf(lambda);
  try {
    const { Account = "", Arn = "" } = await sts.getCallerIdentity({});
    return { account: Account, partition: Arn.split(":")[1] ?? "aws", region };
  } catch (cause) {
    throw deployError("Asking AWS whose credentials these are (sts:GetCallerIdentity)", cause, places);
  }
}

export async function regionOf(client: { config: { region(): Promise<string> } }): Promise<string> {
  try {
    return await client.config.region();
  } catch (cause) {
    throw new DeployError(
      `No AWS region is set. Set region in the configuration file, NODEWREN_REGION or AWS_REGION.`,
      { cause },
    );
  }
}
