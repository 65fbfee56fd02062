/** Runs one stored call in a process that is no worker, for somebody who looks on: nothing is captured, limited or stored. */
import { takeGlobals } from "../capture/rebuild/globals.js";
import { itemClasses } from "../inputs/item-classes.js";
import { OpenBuckets } from "../inputs/object-content.js";
import type { Store } from "../stores/store.js";
import { unpackClasses } from "../wire/classes.js";
import type { ShardRequest } from "../wire/messages.js";
import { applyEnv } from "./apply-env.js";
import { Context } from "./call-context.js";
import { foldInput } from "./fold.js";
import { InnerExecutor } from "./inner-executor.js";
import { InputsCache } from "./inputs-cache.js";
import { FunctionCache } from "./program-cache.js";
import { type CallInput, decodeInput, resolveInputs } from "./resolve-inputs.js";

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
  const [{ program, setups }, inputs] = await Promise.all([
    new FunctionCache().get(store, request),
    new InputsCache().get(request, store),
  ]);
  const [input] = await resolveInputs([[...inputs][index - request.shard.first] as Uint8Array], store);
  const inner = new InnerExecutor();
  const restoreEnv = applyEnv(request.env);
  try {
    for (const setup of setups) await setup.instantiate().fn();
    const { fn, classes: packed } = program.instantiate();
    const items = itemClasses({ store, buckets: new OpenBuckets() }, "machine");
    const value = decodeInput(input as CallInput, { classes: unpackClasses(packed, items) });
    const context = new Context(index, 1, {
      store,
      timeoutMs: undefined,
      signal: new AbortController().signal,
      executor: () => inner.get(),
    });
    // biome-ignore lint/suspicious/noDebugger: to stop there is what it is for
    if (stops) debugger;
    return await (request.fold ? foldInput(fn, value, request.fold, context) : fn(value, context));
  } finally {
    takeGlobals();
    restoreEnv();
    await inner.close();
  }
}
