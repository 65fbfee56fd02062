/** @module-tag long */
import { Executor, LambdaBackend, LocalBackend } from "nodewren";
import { describe, expect, it, onTestFinished } from "vitest";
import { deploy } from "../../src/deploy/deploy.js";
import { lambdaZip } from "../../src/deploy/layer.js";
import { policies } from "../../src/deploy/policies.js";
import { makeStore } from "../../src/host/backend-and-store.js";
import type { Store } from "../../src/stores/store.js";
import { type Cloud, newCloud, REGION } from "../support/cloud.js";
import { allows } from "../support/policy.js";

const PLACE = { partition: "aws", account: "123456789012", region: REGION };
const ROLE = "arn:aws:iam::123456789012:role/jobs";

async function newDeployed(options: Parameters<typeof newCloud>[1] = {}): Promise<Cloud> {
  const cloud = await newCloud({ s3: { workerRoleArn: ROLE } }, options);
  const config = { ...cloud.config, endpoints: { sts: cloud.lambda.endpoint } };
  await deploy(config, { code: (await lambdaZip(config.lambda)).bytes });
  cloud.become("caller");
  return { ...cloud, config };
}

function newExecutor({ config, lambda }: Cloud, invocation: "push" | "poll" = "push"): Executor {
  const backend = new LambdaBackend({ region: REGION, endpoint: lambda.endpoint, invocation, pollMs: 50 });
  const executor = new Executor({ backend, store: makeStore(config) as Store, progress: false });
  onTestFinished(() => executor.close());
  return executor;
}

describe("jobs whose workers have keys of their own job alone", () => {
  it.each(["push", "poll"] as const)(
    "run without rights of the function's role, and the printed policies suffice: %s",
    async (invocation) => {
      const cloud = await newDeployed();
      const executor = newExecutor(cloud, invocation);
      const offset = await executor.broadcast({ by: 1 });
      const first = executor.map((x: number) => x + offset.value.by, [1, 2, 3]);
      const second = executor.map((x: number) => x * 10, first);
      expect(await second).toEqual([20, 30, 40]);
      expect(
        await executor.mapReduce(
          (x: number) => x,
          [1, 2, 3],
          (a, b) => a + b,
        ),
      ).toBe(6);
      expect(cloud.askedBy("worker").filter(({ action }) => action.startsWith("s3:"))).toEqual([]);
      const names = [...cloud.lambda.sessions.values()].map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining([`nodewren-${first.id}`, `nodewren-${second.id}`]));
      const printed = policies(cloud.config, PLACE);
      const refused = cloud.askedBySessions().filter((one) => !allows(printed.jobs, one));
      expect(refused).toEqual([]);
      expect(cloud.askedBySessions().length).toBeGreaterThan(0);
      expect(cloud.askedBy("caller").filter((one) => !allows(printed.caller, one))).toEqual([]);
      expect(printed.worker.Statement.flatMap(({ Action }) => Action).filter((one) => one.startsWith("s3:"))).toEqual(
        [],
      );
    },
  );

  it("cannot write what is another job's, not even where a call tries", async () => {
    const cloud = await newDeployed();
    const executor = newExecutor(cloud);
    const first = executor.map((x: number) => x, [1]);
    expect(await first).toEqual([1]);
    const key = `jobs/${first.id}/results/0000001`;
    const forged = executor.call((key: string, { store }) => store.put(key, Buffer.from("forged")), key);
    await expect(forged).rejects.toThrow(/AccessDenied.*keys of their own job alone/);
    const store = makeStore(cloud.config) as Store;
    onTestFinished(() => store.close?.());
    expect(await store.get(key)).toBeUndefined();
  });

  it("leave no key in the store", async () => {
    const cloud = await newDeployed();
    await newExecutor(cloud).map((x: number) => x, [1, 2]);
    const secrets = [...cloud.lambda.sessions.values()].flatMap((one) => [one.secretAccessKey, one.sessionToken]);
    const store = makeStore(cloud.config) as Store;
    onTestFinished(() => store.close?.());
    let objects = 0;
    for await (const { key } of store.list("")) {
      objects++;
      const text = Buffer.from((await store.get(key)) ?? []).toString("latin1");
      for (const secret of secrets) expect(text.includes(secret), key).toBe(false);
    }
    expect(objects).toBeGreaterThan(0);
  });

  it("fail by name where the role is not to be taken on", async () => {
    const cloud = await newDeployed({ authorize: ({ action }) => action !== "sts:AssumeRole" });
    await expect(newExecutor(cloud).map((x: number) => x, [1])).rejects.toThrow(
      /role of workers arn:aws:iam::123456789012:role\/jobs could not be taken on .*Allow sts:AssumeRole on it/,
    );
  });

  it("are refused before anything is stored where requests are not for secrets, and where they are written down", async () => {
    const cloud = await newDeployed();
    const objects = cloud.s3.buckets.get(cloud.bucket)?.size;
    const local = new Executor({
      backend: new LocalBackend(),
      store: makeStore(cloud.config) as Store,
      progress: false,
    });
    onTestFinished(() => local.close());
    await expect(local.map((x: number) => x, [1])).rejects.toThrow(/the backend local cannot carry them/);
    await expect(newExecutor(cloud).prepare((x: number) => x, [1])).rejects.toThrow(/never written down/);
    expect(cloud.s3.buckets.get(cloud.bucket)?.size).toBe(objects);
  });
});
