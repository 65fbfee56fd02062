/** Lambda makes and changes functions in the background: waits until one can be used, or changed again. */
import { DeployError } from "../errors.js";
import { isNamed } from "./aws-error.js";
import type { Context } from "./context.js";
import { FUNCTION_PATIENCE, poll, retryWhile } from "./patience.js";

/** Resolves once the function, or a version of it, is active and its last change is done. Throws `DeployError` when that fails or takes too long. */
export async function awaitReady({ clients, names }: Context, version?: string): Promise<void> {
  const FunctionName = names.functionName;
  const of = { FunctionName, ...(version !== undefined && { Qualifier: version }) };
  let last = "";
  const isReady = await poll(FUNCTION_PATIENCE, async () => {
    const found = await clients.lambda.getFunctionConfiguration(of);
    const { State = "Active", LastUpdateStatus = "Successful" } = found;
    if (State === "Failed")
      throw new DeployError(`Lambda could not make the function ${FunctionName}: ${found.StateReason}.`);
    if (LastUpdateStatus === "Failed")
      throw new DeployError(`Lambda could not change the function ${FunctionName}: ${found.LastUpdateStatusReason}.`);
    last = `state ${State}, last change ${LastUpdateStatus}`;
    // One that was idle for weeks is Inactive: it can be changed, and the next invocation wakes it.
    return (State === "Active" || State === "Inactive") && LastUpdateStatus === "Successful" ? true : undefined;
  });
  if (isReady) return;
  throw new DeployError(
    `The function ${FunctionName} was not ready after ${FUNCTION_PATIENCE.limitMs / 1000} s (${last}). Run the command again.`,
  );
}

/** Runs a change once no other is under way. */
export function whenFree<T>(change: () => Promise<T>): Promise<T> {
  return retryWhile((error) => isNamed(error, "ResourceConflictException"), FUNCTION_PATIENCE, change);
}
