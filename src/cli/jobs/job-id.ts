/** Which job is meant: by its id, or by as much of it as no other job's begins with. */
import { StoreError } from "../../errors.js";
import type { Store } from "../../stores/store.js";
import { isJobId, jobIdOf } from "../../wire/own-keys.js";
import { UsageError } from "../usage.js";

export const ID = "the job's id, or its beginning";

/** Rejects with `StoreError` when there is none, and with `UsageError` when there are several. */
export async function findJobId(store: Store, text: string): Promise<string> {
  const first = /^[0-9a-f-]+$/.test(text) ? await nextJob(store, `jobs/${text}`, "") : undefined;
  if (first === undefined)
    throw new StoreError(`The store holds no job ${text}. \`npx nodewren jobs list\` shows those it has.`);
  const second = isJobId(text) ? undefined : await nextJob(store, `jobs/${text}`, first);
  if (second === undefined) return first;
  throw new UsageError("id", `Several jobs begin with ${text}, such as ${first} and ${second}. Give more of the id.`);
}

/** The first job whose keys begin so and come after those of `after`. */
async function nextJob(store: Store, prefix: string, after: string): Promise<string | undefined> {
  // "0" is the character behind "/".
  const options = after === "" ? {} : { startAfter: `jobs/${after}0` };
  for await (const { key } of store.list(prefix, options)) {
    const jobId = jobIdOf(key);
    if (jobId !== undefined) return jobId;
  }
  return undefined;
}
