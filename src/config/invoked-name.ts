import type { ResolvedLambdaConfig } from "./config.js";

/** As jobs name the function when they invoke it: with its alias behind a colon where it has one. */
export function invokedNameOf({ functionName, alias }: Pick<ResolvedLambdaConfig, "functionName" | "alias">): string {
  return alias === undefined ? functionName : `${functionName}:${alias}`;
}
