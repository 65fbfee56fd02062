import { Executor, LambdaBackend } from "nodewren";
import { describe, expect, it } from "vitest";
import { deploy } from "../../src/deploy/deploy.js";
import { destroy } from "../../src/deploy/destroy.js";
import { lambdaZip } from "../../src/deploy/layer.js";
import { policies } from "../../src/deploy/policies.js";
import type { Step } from "../../src/deploy/step.js";
import { makeStore } from "../../src/host/backend-and-store.js";
import type { Store } from "../../src/stores/store.js";
import { type Cloud, newCloud, REGION } from "../support/cloud.js";
import { allows } from "../support/policy.js";

const PLACE = { partition: "aws", account: "123456789012", region: REGION };

const actionsOf = (steps: readonly Step[]) =>
  Object.fromEntries(steps.map(({ resource, action }) => [resource, action]));
const asked = ({ lambda }: Cloud) => lambda.requests.map(({ action }) => action);

async function deployTo(cloud: Cloud, config = cloud.config, onWait?: (what: string) => void) {
  return deploy(config, { code: (await lambdaZip(config.lambda)).bytes, onWait });
}

function destroyIn({ config }: Cloud) {
  return destroy(config, { openStore: () => makeStore(config) as Store });
}

describe("deploy", () => {
  it("makes bucket, role, log group and function, and the second time sends nothing", async () => {
    const cloud = await newCloud();
    const { steps, functionArn } = await deployTo(cloud);
    expect(functionArn).toBe(`arn:aws:lambda:${REGION}:123456789012:function:nodewren`);
    expect(actionsOf(steps)).toEqual({
      "bucket nodewren-test-bucket": "created",
      [`role nodewren-nodewren-${REGION}`]: "created",
      "log group /aws/lambda/nodewren": "created",
      "function nodewren": "created",
      "event settings of nodewren": "created",
      "reserved concurrency of nodewren": "unchanged",
    });
    expect(cloud.s3.buckets.get(cloud.bucket)).toMatchObject({
      tags: { "nodewren:function": "nodewren" },
    });
    cloud.lambda.reset();
    const requestsBefore = cloud.s3.log.length;
    const second = await deployTo(cloud);
    expect(new Set(second.steps.map(({ action }) => action))).toEqual(new Set(["unchanged"]));
    // Only questions: no code, no configuration, no policy goes out again.
    expect(asked(cloud).filter((action) => !/:(Get|List)/.test(action))).toEqual([]);
    expect(cloud.s3.log.slice(requestsBefore).map(({ operation }) => operation)).toEqual(["HeadBucket"]);
  });

  it("changes what differs, and only that", async () => {
    const cloud = await newCloud();
    await deployTo(cloud);
    cloud.lambda.reset();
    const { lambda } = cloud.config;
    const config = {
      ...cloud.config,
      lambda: { ...lambda, memoryMb: 512, env: { MODE: "fast" }, tags: { team: "blue" } },
    };
    const { steps } = await deployTo(cloud, config);
    expect(steps.find(({ resource }) => resource === "function nodewren")).toMatchObject({
      action: "updated",
      detail: "memoryMb, env, tags",
    });
    expect(asked(cloud)).not.toContain("lambda:UpdateFunctionCode");
    expect(asked(cloud)).not.toContain("iam:PutRolePolicy");
    expect(actionsOf((await deployTo(cloud, config)).steps)["function nodewren"]).toBe("unchanged");
  });

  it("sets what Lambda keeps in its queue, how it writes the log, whose key encrypts, and what is traced; and gives it back", async () => {
    const cloud = await newCloud();
    await deployTo(cloud);
    const { Lambda } = await import("@aws-sdk/client-lambda");
    const client = new Lambda(cloud.lambda.clientOptions);
    const FunctionName = "nodewren";
    expect(await client.getFunctionEventInvokeConfig({ FunctionName })).toMatchObject({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 900 + 960,
    });
    await client.updateFunctionConfiguration({ FunctionName, LoggingConfig: { LogFormat: "JSON" } });
    await client.putFunctionEventInvokeConfig({ FunctionName, MaximumRetryAttempts: 0 });
    const kmsKeyArn = `arn:aws:kms:${REGION}:123456789012:key/1234abcd`;
    const config = { ...cloud.config, lambda: { ...cloud.config.lambda, kmsKeyArn, tracing: true } };
    const { steps } = await deployTo(cloud, config);
    expect(steps.filter(({ action }) => action === "updated").map(({ detail }) => detail)).toEqual([
      "policy",
      "logFormat, tracing, kmsKeyArn",
      "no tries of Lambda's own; kept in its queue for 1860 s",
    ]);
    expect(await client.getFunctionConfiguration({ FunctionName })).toMatchObject({
      KMSKeyArn: kmsKeyArn,
      TracingConfig: { Mode: "Active" },
      LoggingConfig: { LogFormat: "Text" },
    });
    const back = await deployTo(cloud);
    expect(back.steps.map(({ detail }) => detail)).toContain("tracing, kmsKeyArn");
    expect(new Set((await deployTo(cloud)).steps.map(({ action }) => action))).toEqual(new Set(["unchanged"]));
    client.destroy();
  });

  it("sends code that differs, and a changed prefix as the role's policy", async () => {
    const cloud = await newCloud();
    await deployTo(cloud);
    cloud.lambda.reset();
    const { zipOf } = await import("../../src/deploy/layer.js");
    const code = zipOf(new Map([["index.js", Buffer.from("exports.handler = () => {};")]]));
    const store = { kind: "s3" as const, bucket: cloud.bucket, prefix: "elsewhere/" };
    const { steps } = await deploy({ ...cloud.config, store }, { code });
    expect(steps.filter(({ action }) => action === "updated").map(({ detail }) => detail)).toEqual([
      "policy",
      `code, ${code.byteLength} bytes`,
    ]);
    expect(asked(cloud)).not.toContain("lambda:UpdateFunctionConfiguration");
  });

  it("sets concurrency aside, and gives it back when the setting goes", async () => {
    const cloud = await newCloud();
    const withReserve = { ...cloud.config, lambda: { ...cloud.config.lambda, reservedConcurrency: 7 } };
    const reserve = async (config = cloud.config) =>
      actionsOf((await deployTo(cloud, config)).steps)["reserved concurrency of nodewren"];
    expect(await reserve(withReserve)).toBe("created");
    expect(await reserve(withReserve)).toBe("unchanged");
    expect(await reserve()).toBe("deleted");
    expect(await reserve()).toBe("unchanged");
  });

  it.each(["assume", "grant"] as const)(
    "waits for a role that Lambda cannot use yet, and says so: %s",
    async (roleRefusal) => {
      const cloud = await newCloud({}, { roleSettleMs: 1500, roleRefusal });
      const words: string[] = [];
      const { steps } = await deployTo(cloud, cloud.config, (what) => words.push(what));
      expect(actionsOf(steps)["function nodewren"]).toBe("created");
      expect(asked(cloud).filter((action) => action === "lambda:CreateFunction").length).toBeGreaterThan(1);
      expect(words).toEqual([
        expect.stringMatching(/^until Lambda can use the role nodewren-nodewren-eu-west-1 .*15 min at most/),
      ]);
    },
  );

  it("makes the function anew when its role was deleted by hand, also where a run ended in between", async () => {
    const cloud = await newCloud();
    await deployTo(cloud);
    await deleteRole(cloud);
    await expect(mapOnce(cloud)).rejects.toThrow(/role was deleted and made again, it seems: run `nodewren deploy`/);
    cloud.become("deployer");
    cloud.lambda.faults.next("lambda:GetFunction", 500, 3);
    await expect(deployTo(cloud)).rejects.toThrow(/Making the function/);
    const { steps } = await deployTo(cloud);
    expect(steps.filter(({ action }) => action !== "unchanged")).toEqual([
      {
        resource: "function nodewren",
        action: "created",
        detail: expect.stringContaining("anew, as its role was deleted"),
      },
      { resource: "event settings of nodewren", action: "created", detail: expect.any(String) },
    ]);
    await mapOnce(cloud);
    expect(new Set((await deployTo(cloud)).steps.map(({ action }) => action))).toEqual(new Set(["unchanged"]));
  });

  it("waits while another change is under way", async () => {
    const cloud = await newCloud({}, { stateDelayMs: 400 });
    await deployTo(cloud);
    const { lambda } = cloud.config;
    const changed = (memoryMb: number) => ({ ...cloud.config, lambda: { ...lambda, memoryMb } });
    const both = await Promise.all([deployTo(cloud, changed(512)), deployTo(cloud, changed(1024))]);
    for (const { steps } of both) expect(actionsOf(steps)["function nodewren"]).toBe("updated");
  });

  it.each(["iam:CreateRole", "logs:CreateLogGroup", "lambda:CreateFunction", "iam:PutRolePolicy"])(
    "goes on when the answer to %s is lost",
    async (action) => {
      const cloud = await newCloud();
      cloud.lambda.faults.next(action, "cut-after");
      const { steps } = await deployTo(cloud);
      expect(asked(cloud).filter((one) => one === action)).toHaveLength(2);
      expect(steps.every((step) => step.action !== "deleted")).toBe(true);
      expect(new Set((await deployTo(cloud)).steps.map((step) => step.action))).toEqual(new Set(["unchanged"]));
    },
  );

  it("does not take over a function or a role that it has not made", async () => {
    const cloud = await newCloud();
    const { IAM } = await import("@aws-sdk/client-iam");
    const iam = new IAM(cloud.lambda.clientOptions);
    const RoleName = `nodewren-nodewren-${REGION}`;
    await iam.createRole({ RoleName, AssumeRolePolicyDocument: '{"Version":"2012-10-17","Statement":[]}' });
    await expect(deployTo(cloud)).rejects.toThrow(
      /The role nodewren-nodewren-eu-west-1 exists, but was not made by nodewren/,
    );
    const { steps } = await destroyIn(cloud);
    expect(steps.find(({ resource }) => resource === `role ${RoleName}`)).toMatchObject({
      action: "unchanged",
      detail: expect.stringContaining("kept"),
    });
    iam.destroy();
  });

  it("says what is missing: the store, the permission", async () => {
    const cloud = await newCloud({}, { authorize: ({ action }) => action !== "iam:CreateRole" });
    await expect(deployTo(cloud)).rejects.toThrow(
      /Making the role .* failed: .*not authorized to perform: iam:CreateRole.*`npx nodewren policy deployer` prints/s,
    );
    await expect(deployTo(cloud, { ...cloud.config, store: undefined })).rejects.toThrow(/need a store in S3/);
  });
});

describe("stand-ins with an endpoint each", () => {
  it("are asked each for its own, and a service that is asked in the wrong place is named with all places", async () => {
    const cloud = await newCloud();
    const others = await newCloud();
    const wrong = { ...cloud.config, endpoints: { sts: cloud.s3.endpoint } };
    await expect(deployTo(cloud, wrong)).rejects.toThrow(
      new RegExp(`does not speak that service's language. Endpoints are .*endpoints.sts ${cloud.s3.endpoint}`),
    );
    const [iam, sts, logs] = [others.lambda.endpoint, others.lambda.endpoint, others.lambda.endpoint];
    cloud.lambda.reset();
    await deployTo(cloud, { ...cloud.config, endpoints: { iam, sts, logs } });
    expect(asked(cloud).filter((action) => !action.startsWith("lambda:"))).toEqual(["iam:PassRole"]);
    expect(asked(others)).toContain("iam:CreateRole");
    expect(asked(others)).toContain("logs:CreateLogGroup");
  });
});

describe("destroy", () => {
  it("leaves nothing of what deploy made and jobs left, and can be run again", async () => {
    const cloud = await newCloud();
    await deployTo(cloud);
    await mapOnce(cloud);
    expect(cloud.s3.buckets.get(cloud.bucket)?.size).toBeGreaterThan(0);
    const { steps } = await destroyIn(cloud);
    expect(new Set(steps.map(({ action }) => action))).toEqual(new Set(["deleted"]));
    expect(cloud.s3.buckets.size).toBe(0);
    expect(await leftIn(cloud)).toEqual({ functions: [], roles: [], logGroups: [] });
    const again = await destroyIn(cloud);
    expect(new Set(again.steps.map(({ action }) => action))).toEqual(new Set(["unchanged"]));
    expect((await deployTo(cloud)).steps[0]).toMatchObject({ action: "created" });
  });

  it("keeps a bucket that was there before, and objects that are not its own", async () => {
    const cloud = await newCloud();
    cloud.s3.createBucket(cloud.bucket);
    await deployTo(cloud);
    await mapOnce(cloud);
    const store = makeStore({ ...cloud.config, store: { kind: "s3", bucket: cloud.bucket, prefix: "" } }) as Store;
    for (const key of ["team/runs/jobs/notes.txt", "team/runs/mine", "other/x"])
      await store.put(key, Buffer.from("mine"));
    const { steps } = await destroyIn(cloud);
    expect(steps.at(-1)).toMatchObject({
      action: "unchanged",
      detail: expect.stringContaining("not made by nodewren"),
    });
    expect(cloud.s3.buckets.get(cloud.bucket)?.keys()).toEqual([
      "other/x",
      "team/runs/jobs/notes.txt",
      "team/runs/mine",
    ]);
    await store.close?.();
  });

  it("keeps its own bucket while others' objects are in it", async () => {
    const cloud = await newCloud();
    await deployTo(cloud);
    const store = makeStore(cloud.config) as Store;
    await store.put("mine", Buffer.from("mine"));
    const { steps } = await destroyIn(cloud);
    expect(steps.at(-1)).toMatchObject({ action: "unchanged", detail: expect.stringContaining("not nodewren's") });
    await store.delete("mine");
    expect((await destroyIn(cloud)).steps.at(-1)).toMatchObject({ action: "deleted" });
    await store.close?.();
  });
});

describe("the printed policies", () => {
  const KEY = `arn:aws:kms:${REGION}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  it.each([{ nestedMaps: false }, { nestedMaps: true }, { nestedMaps: false, kmsKeyArn: KEY, tracing: true }])(
    "allow all that is asked for, with %j",
    async (lambda) => {
      const cloud = await newCloud({ lambda });
      await deployTo(cloud);
      const changed = { ...cloud.config.lambda, memoryMb: 512, reservedConcurrency: 5, tags: { team: "blue" } };
      await deployTo(cloud, { ...cloud.config, lambda: changed });
      await deployTo(cloud);
      await mapOnce(cloud);
      cloud.become("deployer");
      await destroyIn(cloud);
      const printed = policies(cloud.config, PLACE);
      for (const name of ["deployer", "caller", "worker"] as const) {
        const asked = cloud.askedBy(name);
        expect(asked.length, name).toBeGreaterThan(0);
        // Nobody needs a permission to ask who they are (AWS documentation, "GetCallerIdentity").
        const refused = asked.filter((one) => one.action !== "sts:GetCallerIdentity" && !allows(printed[name], one));
        expect(refused, name).toEqual([]);
      }
    },
  );
});

/** As someone does who tidies up by hand. */
async function deleteRole({ lambda }: Cloud): Promise<void> {
  const { IAM } = await import("@aws-sdk/client-iam");
  const iam = new IAM(lambda.clientOptions);
  const RoleName = `nodewren-nodewren-${REGION}`;
  await iam.deleteRolePolicy({ RoleName, PolicyName: "nodewren-worker" });
  await iam.deleteRole({ RoleName });
  iam.destroy();
}

/** Jobs as a caller has them, whose workers run under the deployed function. */
async function mapOnce(cloud: Cloud): Promise<void> {
  cloud.become("caller");
  const { functionName, region, endpoint } = cloud.config.lambda;
  for (const invocation of ["push", "poll"] as const) {
    const backend = new LambdaBackend({ functionName, region, endpoint, invocation, pollMs: 50 });
    const executor = new Executor({ backend, store: makeStore(cloud.config) as Store, progress: false });
    expect(await executor.map((x: number) => x + 1, [1, 2, 3])).toEqual([2, 3, 4]);
    const nested = executor.call((x: number, { executor }) => executor.map((y) => y + 1, [x]).then(([z]) => z), 1);
    if (cloud.config.lambda.nestedMaps) expect(await nested).toBe(2);
    else await expect(nested).rejects.toThrow(/start no others. Set lambda.nestedMaps: true/);
    await executor.close();
  }
  cloud.become("deployer");
}

async function leftIn({ lambda }: Cloud) {
  const [{ Lambda }, { CloudWatchLogs }, { IAM }] = await Promise.all([
    import("@aws-sdk/client-lambda"),
    import("@aws-sdk/client-cloudwatch-logs"),
    import("@aws-sdk/client-iam"),
  ]);
  const clients = [
    new Lambda(lambda.clientOptions),
    new CloudWatchLogs(lambda.clientOptions),
    new IAM(lambda.clientOptions),
  ] as const;
  const [{ Functions = [] }, { logGroups = [] }] = await Promise.all([
    clients[0].listFunctions({}),
    clients[1].describeLogGroups({}),
  ]);
  const role = await clients[2].getRole({ RoleName: `nodewren-nodewren-${REGION}` }).catch(() => undefined);
  for (const client of clients) client.destroy();
  return { functions: Functions, roles: role ? [role.Role] : [], logGroups };
}
