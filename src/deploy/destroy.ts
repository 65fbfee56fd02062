/** Removes what deploy made, and what jobs left in the store. What is not nodewren's stays. */
import type { ResolvedConfig } from "../config/config.js";
import type { Store } from "../stores/store.js";
import { bucketExists, removeBucket } from "./bucket.js";
import { type Context, withContext } from "./context.js";
import { runSteps } from "./deploy.js";
import { removeFunction } from "./function.js";
import { removeLogGroup } from "./log-group.js";
import type { Place } from "./names.js";
import { removeObjects } from "./objects.js";
import { removeRole } from "./role.js";
import { NOT_THERE, type OnStep, type Step } from "./step.js";

export interface DestroyReport extends Place {
  steps: Step[];
}

export interface DestroyOptions {
  /** Opens the configured store. Undefined: the store's contents and bucket are kept. */
  openStore: (() => Store) | undefined;
  onStep?: OnStep | undefined;
}

/** Rejects with `DeployError`. What is gone already is passed over, so that it can be run again. */
export async function destroy(config: ResolvedConfig, { openStore, onStep }: DestroyOptions): Promise<DestroyReport> {
  return withContext(config, undefined, async (context) => {
    const { functionName, roleArn, logGroup, bucket } = context.names;
    const todo: [string, () => Promise<Step>][] = [
      // First, so that nothing runs any more that would write logs or objects.
      [`Deleting the function ${functionName}`, () => removeFunction(context)],
      [`Deleting the role ${roleArn}`, () => removeRole(context)],
      [`Deleting the log group ${logGroup}`, () => removeLogGroup(context)],
    ];
    if (openStore) {
      todo.push([`Emptying the store in ${bucket}`, () => emptyStore(context, openStore)]);
      todo.push([`Deleting the bucket ${bucket}`, () => removeBucket(context)]);
    }
    return { ...context.place, steps: await runSteps(todo, context, onStep) };
  });
}

async function emptyStore(context: Context, openStore: () => Store): Promise<Step> {
  const { names } = context;
  const resource = `objects in s3://${names.bucket}/${names.prefix}`;
  if (!(await bucketExists(context))) return { resource, action: "unchanged", detail: NOT_THERE };
  const store = openStore();
  try {
    const { objects, bytes } = await removeObjects(store);
    return { resource, action: objects > 0 ? "deleted" : "unchanged", detail: `${objects} objects, ${bytes} bytes` };
  } finally {
    await store.close?.();
  }
}
