/** Runs one stored call in a process that is no worker, for somebody who looks on: nothing is captured, limited or stored. */
import { takeGlobals } from "../capture/rebuild/globals.js";
import { itemClasses } from "../inputs/item-classes.js";
import { OpenBuckets } from "../inputs/object-content.js";
import type { Store } from "../stores/store.js";
import { unpackClasses } from "../wire/classes.js";
import type { ShardRequest } from "../wire/messages.js";
import { apply } from "./apply.js";
import { applyEnv } from "./apply-env.js";
import { Context } from "./call-context.js";
import { InnerExecutor } from "./inner-executor.js";
import { InputsCache } from "./inputs-cache.js";
import { FunctionCache } from "./program-cache.js";
import { type CallInput, resolveInputs } from "./resolve-inputs.js";

export interface Replayed {
  /** For the shard that has the call. */
  request: ShardRequest;
  /** Index of the call in its job. */
  index: number;
  store: Store;
  /** Whether a debugger that is attached stops before the function is called. */
  stops: boolean;
}

/** Settles as the user's function does, with the very value or error, after the job's setups. Rejects with `StoreError` when something is missing. */
export async function replay({ request, index, store, stops }: Replayed): Promise<unknown> {
  const [job, inputs] = await Promise.all([
    new FunctionCache().get(store, request),
    new InputsCache().get(request, store),
  ]);
  const [input] = await resolveInputs([[...inputs][index - request.shard.first] as Uint8Array], store);
  const inner = new InnerExecutor();
  // Whoever looks on wants what the function gives, and not how its pairs would be divided.
  const shown = request.fold ? request : { ...request, shuffle: undefined };
  const restoreEnv = applyEnv(request.env);
  try {
    for (const setup of job.setups) await setup.instantiate().fn();
    const { fn, classes: packed } = job.program.instantiate();
    const ownClasses = itemClasses({ store, buckets: new OpenBuckets() }, "machine");
    const classes = unpackClasses(packed, ownClasses);
    const context = new Context(index, 1, {
      store,
      timeoutMs: undefined,
      traceparent: undefined,
      signal: new AbortController().signal,
      executor: () => inner.get(),
    });
    // biome-ignore lint/suspicious/noDebugger: to stop there is what it is for
    if (stops) debugger;
    return await apply({ fn, classes, ownClasses, request: shown, job, isBeside: false }, input as CallInput, context);
  } finally {
    takeGlobals();
    restoreEnv();
    await inner.close();
  }
}
