/** Waits until Lambda can use a role: IAM says that it is there well before that. */
import { MINUTE_MS, SECOND_MS } from "../util/time.js";
import { isNamed } from "./aws-error.js";
import type { Context } from "./context.js";
import { NEW_ROLE_PATIENCE, OWN_ROLE_PATIENCE, retryWhile } from "./patience.js";

/** Time between two words about a wait, ms. */
const WORD_MS = 30 * SECOND_MS;

/**
 * What Lambda says of a role that IAM has not told it of: that it cannot take it on, or, as it gives each role the right to use the key of
 * the function's variables (a grant), that the grant has no principal.
 */
const NOT_YET_KNOWN = /cannot be assumed|invalid for CreateGrant.*(valid principal|InvalidArn)/is;

/** Runs a change of the function, again and again while Lambda does not know its role, with a word of it. */
export function whenRoleIsKnown<T>({ names, onWait }: Context, change: () => Promise<T>): Promise<T> {
  const patience = names.roleName === undefined ? OWN_ROLE_PATIENCE : NEW_ROLE_PATIENCE;
  let saidMs = -Infinity;
  return retryWhile(isRoleNotYetKnown, patience, change, (waitedMs) => {
    if (waitedMs - saidMs < WORD_MS) return;
    saidMs = waitedMs;
    const time = waitedMs < SECOND_MS ? "" : `, ${Math.round(waitedMs / SECOND_MS)} s so far`;
    const limit = `${patience.limitMs / MINUTE_MS} min at most`;
    onWait(
      `until Lambda can use the role ${names.roleName ?? names.roleArn}  (some seconds as a rule, ${limit}${time})`,
    );
  });
}

function isRoleNotYetKnown(error: unknown): boolean {
  return isNamed(error, "InvalidParameterValueException") && NOT_YET_KNOWN.test((error as Error).message);
}
