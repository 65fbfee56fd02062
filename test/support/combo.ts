/**
 * Which backend and which store the end-to-end tests run on: `npm test` takes the embedded default, `npm run test:e2e`
 * each, `npm run test:live` an AWS account.
 */
import type { TestContext } from "vitest";

export const BACKENDS = ["local", "push", "poll"] as const;
export const STORES = ["files", "double", "radosgw"] as const;

export interface Combo {
  /** `push` and `poll` are the two ways in which the Lambda backend hears of its workers. */
  backend: (typeof BACKENDS)[number];
  /** `live`: a bucket in the AWS account of whoever asked for it, with the function that is deployed there. */
  store: (typeof STORES)[number] | "live";
}

export const combo: Combo = {
  backend: oneOf(BACKENDS, process.env.NODEWREN_TEST_BACKEND ?? "local"),
  store: oneOf([...STORES, "live"], process.env.NODEWREN_TEST_STORE ?? "files"),
};

export const isLambda = combo.backend !== "local";

/** Of several idle workers, the local Lambda takes the one that ran last. AWS promises nothing. */
export const ANY_IDLE_WORKER = "which of its idle workers takes a shard is for AWS to say";

export const isLive = combo.store === "live";

/** Workers of the Lambda backend cannot reach files of this machine. */
export const COMBOS: readonly Combo[] = BACKENDS.flatMap((backend) =>
  STORES.map((store) => ({ backend, store })),
).filter(({ backend, store }) => backend === "local" || store !== "files");

export function nameOf({ backend, store }: Combo): string {
  return `${backend === "local" ? "local" : `lambda ${backend}`}, ${store}`;
}

/** Skips the running test where its subject is not there, and says why at the end of the run. */
export function skipOn(context: TestContext, where: boolean, why: string): void {
  context.skip(where, `${nameOf(combo)}: ${why}`);
}

function oneOf<T extends string>(names: readonly T[], given: string): T {
  const found = names.find((name) => name === given);
  if (!found) throw new Error(`There is no ${given} among ${names.join(", ")}.`);
  return found;
}
