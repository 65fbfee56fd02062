import type { ShardRequest } from "./messages.js";

/** One text for each list of setups; empty when there are none. A worker on which one ran serves jobs with the same only. */
export function setupKeyOf({ setupDigests }: Pick<ShardRequest, "setupDigests">): string {
  return setupDigests?.join(" ") ?? "";
}
