/** Deploying to AWS: a function with a name of its own, used, and removed without a trace. */
import { randomUUID } from "node:crypto";
import { Executor, LambdaBackend } from "nodewren";
import { expect, it, onTestFinished } from "vitest";
import type { ResolvedConfig } from "../../src/config/config.js";
import { loadConfig } from "../../src/config/load.js";
import { deploy } from "../../src/deploy/deploy.js";
import { destroy } from "../../src/deploy/destroy.js";
import { lambdaZip } from "../../src/deploy/layer.js";
import type { Step } from "../../src/deploy/step.js";
import { makeStore } from "../../src/host/backend-and-store.js";
import type { Store } from "../../src/stores/store.js";
import { keysIn, placeBelow } from "./store.js";

const user = loadConfig();

function newTarget(): ResolvedConfig {
  const functionName = `nodewren-live-${randomUUID().slice(0, 8)}`;
  const { config } = placeBelow(user, functionName);
  // Another one may have these, but no other function can have what is set aside for the user's.
  return { ...config, lambda: { ...config.lambda, functionName, reservedConcurrency: undefined } };
}

const destroyAll = (config: ResolvedConfig) => destroy(config, { openStore: () => makeStore(config) as Store });

/** By the first word of the resource. The bucket is the user's, and stays as it is. */
const actionsOf = (steps: readonly Step[]) =>
  Object.fromEntries(steps.map(({ resource, action }) => [resource.split(" ")[0], action]));

async function mapOn(config: ResolvedConfig, invocation: "push" | "poll"): Promise<number[]> {
  const { functionName, region, endpoint } = config.lambda;
  const backend = new LambdaBackend({ functionName, region, endpoint, invocation });
  const executor = new Executor({ backend, store: makeStore(config) as Store, progress: false });
  try {
    return await executor.map((x: number) => x + 1, [1, 2, 3]);
  } finally {
    await executor.close();
  }
}

it("a new function is made, left alone by the second deploy, runs jobs, and is removed", async () => {
  const config = newTarget();
  const code = (await lambdaZip()).bytes;
  onTestFinished(() => destroyAll(config).then(() => {}));
  const first = await deploy(config, { code });
  expect(actionsOf(first.steps)).toMatchObject({ bucket: "unchanged", log: "created", function: "created" });
  const second = await deploy(config, { code });
  expect(second.steps.filter(({ action }) => action !== "unchanged")).toEqual([]);
  for (const invocation of ["push", "poll"] as const) expect(await mapOn(config, invocation)).toEqual([2, 3, 4]);
  const gone = await destroyAll(config);
  expect(actionsOf(gone.steps)).toMatchObject({ function: "deleted", log: "deleted", objects: "deleted" });
  expect(await keysIn(config)).toEqual([]);
  const again = await destroyAll(config);
  expect(again.steps.filter(({ action }) => action !== "unchanged")).toEqual([]);
});
