/** @module-tag long */
import { Executor, LambdaBackend } from "nodewren";
import { describe, expect, it } from "vitest";
import { invokedNameOf } from "../../src/config/invoked-name.js";
import { openCloudChecks } from "../../src/deploy/cloud-checks.js";
import { deploy } from "../../src/deploy/deploy.js";
import { destroy } from "../../src/deploy/destroy.js";
import { lambdaZip } from "../../src/deploy/layer.js";
import { policies } from "../../src/deploy/policies.js";
import type { Step } from "../../src/deploy/step.js";
import { makeStore } from "../../src/host/backend-and-store.js";
import { workerFiles } from "../../src/image/worker-files.js";
import type { Store } from "../../src/stores/store.js";
import { type Cloud, newCloud, REGION } from "../support/cloud.js";
import { allows } from "../support/policy.js";

const PLACE = { partition: "aws", account: "123456789012", region: REGION };

const IN_VPC = {
  subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
  securityGroupIds: ["sg-0123456789abcdef0"],
  fileSystem: { "/mnt/data": `arn:aws:elasticfilesystem:${REGION}:123456789012:access-point/fsap-0123456789abcdef0` },
};

const IMAGE = `123456789012.dkr.ecr.${REGION}.amazonaws.com/team/worker@sha256:${"0".repeat(64)}`;

const [FIRST = ""] = IN_VPC.subnetIds;

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
      "reserved concurrency of nodewren": "unchanged",
      "alias of nodewren": "unchanged",
      "event settings of nodewren": "created",
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

  it("puts workers into a VPC with its file system, keeps the role while Lambda needs it, and takes them out again", async () => {
    const cloud = await newCloud();
    const config = { ...cloud.config, lambda: { ...cloud.config.lambda, ...IN_VPC } };
    await deployTo(cloud, config);
    const { Lambda } = await import("@aws-sdk/client-lambda");
    const client = new Lambda(cloud.lambda.clientOptions);
    const found = await client.getFunctionConfiguration({ FunctionName: "nodewren" });
    expect(found.VpcConfig?.SubnetIds?.toSorted()).toEqual(IN_VPC.subnetIds);
    expect(found.FileSystemConfigs).toEqual([{ LocalMountPath: "/mnt/data", Arn: IN_VPC.fileSystem["/mnt/data"] }]);
    client.destroy();
    expect(new Set((await deployTo(cloud, config)).steps.map(({ action }) => action))).toEqual(new Set(["unchanged"]));
    const { steps } = await deployTo(cloud);
    expect(steps.map(({ detail }) => detail)).toContain("subnetIds, securityGroupIds, fileSystem");
    await deployTo(cloud, config);
    const role = (report: { steps: readonly Step[] }) => report.steps.find(({ resource }) => /^role /.test(resource));
    const store = () => makeStore(config) as Store;
    const first = await destroy(config, { openStore: store });
    expect(role(first)).toMatchObject({ action: "unchanged", detail: expect.stringContaining("1 network interfaces") });
    cloud.lambda.network.interfaces.clear();
    expect(role(await destroy(config, { openStore: store }))).toMatchObject({ action: "deleted" });
  });

  it("leads an alias to a version of what it deployed, keeps workers started behind it, and takes both away again", async () => {
    const cloud = await newCloud();
    const withAlias = (lambda: object) => ({ ...cloud.config, lambda: { ...cloud.config.lambda, ...lambda } });
    const live = { alias: "live", provisionedConcurrency: 3 };
    const aliasStep = async (lambda: object) =>
      (await deployTo(cloud, withAlias(lambda))).steps.find(({ resource }) => resource === "alias of nodewren");
    expect(await aliasStep(live)).toMatchObject({
      action: "created",
      detail: "live, version 1, 3 workers kept started",
    });
    const { Lambda } = await import("@aws-sdk/client-lambda");
    const client = new Lambda(cloud.lambda.clientOptions);
    const of = { FunctionName: "nodewren", Qualifier: "live" };
    expect(await client.getProvisionedConcurrencyConfig(of)).toMatchObject({ Status: "READY" });
    // Without these, Lambda would run a shard of the alias that is lost twice more.
    expect(await client.getFunctionEventInvokeConfig(of)).toMatchObject({ MaximumRetryAttempts: 0 });
    const again = await deployTo(cloud, withAlias(live));
    expect(new Set(again.steps.map(({ action }) => action))).toEqual(new Set(["unchanged"]));
    expect(await aliasStep({ ...live, memoryMb: 512 })).toMatchObject({ action: "updated", detail: "live, version 2" });
    expect(await client.getFunctionConfiguration(of)).toMatchObject({ Version: "2", MemorySize: 512 });
    const other = { alias: "next", memoryMb: 512 };
    expect(await aliasStep(other)).toMatchObject({ action: "created", detail: "next, version 2, removed live" });
    expect(await aliasStep({ memoryMb: 512 })).toMatchObject({ action: "deleted", detail: "removed next" });
    await expect(client.getAlias({ FunctionName: "nodewren", Name: "live" })).rejects.toThrow(/Cannot find alias/);
    client.destroy();
  });

  it("runs an image that holds what the command for images writes, takes another one, and goes back to code", async () => {
    const cloud = await newCloud({ lambda: { imageUri: IMAGE } });
    cloud.lambda.images.set(IMAGE, await workerFiles("lambda"));
    const functionStep = async (config = cloud.config) =>
      (await deployTo(cloud, config)).steps.find(({ resource }) => resource === "function nodewren");
    expect(await functionStep()).toMatchObject({ action: "created", detail: `image ${IMAGE}` });
    expect(await functionStep()).toMatchObject({ action: "unchanged" });
    await mapOnce(cloud);
    const next = IMAGE.replace(/0$/, "1");
    const asImage = (imageUri: string | undefined) => ({
      ...cloud.config,
      lambda: { ...cloud.config.lambda, imageUri },
    });
    await expect(functionStep(asImage(next))).rejects.toThrow(/Source image .* does not exist/);
    cloud.lambda.images.set(next, await workerFiles("lambda"));
    expect(await functionStep(asImage(next))).toMatchObject({ action: "updated", detail: `image ${next}` });
    const back = await functionStep(asImage(undefined));
    expect(back).toMatchObject({ action: "created", detail: expect.stringContaining("anew, as it ran an image") });
    await mapOnce({ ...cloud, config: asImage(undefined) });
    expect(await functionStep()).toMatchObject({ detail: expect.stringContaining("anew, as it ran no image") });
  });

  it("jobs run on the version that the alias leads to, whatever the function itself is by now", async () => {
    const cloud = await newCloud({ lambda: { alias: "live" } });
    await deployTo(cloud);
    const { Lambda } = await import("@aws-sdk/client-lambda");
    const client = new Lambda(cloud.lambda.clientOptions);
    const { zipOf } = await import("../../src/deploy/layer.js");
    const ZipFile = zipOf(new Map([["index.js", Buffer.from("exports.handler = () => {};")]]));
    await client.updateFunctionCode({ FunctionName: "nodewren", ZipFile });
    client.destroy();
    await mapOnce(cloud);
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
      `${code.byteLength} bytes of code`,
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
  it.each([
    { nestedMaps: false },
    { nestedMaps: true },
    { nestedMaps: false, kmsKeyArn: KEY, tracing: true },
    { nestedMaps: false, ...IN_VPC },
    { nestedMaps: false, imageUri: IMAGE },
    { nestedMaps: true, alias: "live", provisionedConcurrency: 2 },
  ])("allow all that is asked for, with %j", async (lambda) => {
    const cloud = await newCloud({ lambda });
    cloud.lambda.images.set(IMAGE, await workerFiles("lambda"));
    await deployTo(cloud);
    const changed = { ...cloud.config.lambda, memoryMb: 512, reservedConcurrency: 5, tags: { team: "blue" } };
    await deployTo(cloud, { ...cloud.config, lambda: changed });
    await deployTo(cloud);
    await mapOnce(cloud);
    cloud.become("deployer");
    await destroyIn(cloud);
    if (cloud.config.lambda.subnetIds.length > 0) await wayToStore(cloud, { defaultRoutes: { "rtb-main": "nat-1" } });
    const printed = policies(cloud.config, PLACE);
    for (const name of ["deployer", "caller", "worker"] as const) {
      const asked = cloud.askedBy(name);
      expect(asked.length, name).toBeGreaterThan(0);
      // Nobody needs a permission to ask who they are (AWS documentation, "GetCallerIdentity").
      const refused = asked.filter((one) => one.action !== "sts:GetCallerIdentity" && !allows(printed[name], one));
      expect(refused, name).toEqual([]);
    }
  });
});

describe("the doctor's look at the network", () => {
  it.each([
    [{ defaultRoutes: { "rtb-main": "nat-1" } }, "a NAT or another gateway"],
    [{ withEndpoint: ["rtb-main"] }, "an endpoint of S3"],
    [
      { tables: { [FIRST]: "rtb-1" }, withEndpoint: ["rtb-1"], defaultRoutes: { "rtb-main": "tgw-1" } },
      "an endpoint of S3, a NAT or another gateway",
    ],
  ])("says by which way workers reach the store: %j", async (network, ways) => {
    expect(await wayToStore(await newCloud({ lambda: IN_VPC }), network)).toBe(ways);
  });

  it.each([
    [{}, IN_VPC.subnetIds.join(", ")],
    // Workers have no public address.
    [{ defaultRoutes: { "rtb-main": "igw-1" } }, IN_VPC.subnetIds.join(", ")],
    [{ tables: { [FIRST]: "rtb-1" }, withEndpoint: ["rtb-main"] }, FIRST],
  ])("names the subnets without one, and what helps: %j", async (network, subnets) => {
    const looked = wayToStore(await newCloud({ lambda: IN_VPC }), network);
    await expect(looked).rejects.toThrow(`From ${subnets} no route leads to S3`);
    await expect(looked).rejects.toThrow(
      /aws ec2 create-vpc-endpoint --vpc-id vpc-\w+ --service-name com.amazonaws.eu-west-1.s3/,
    );
  });
});

async function wayToStore(cloud: Cloud, network: Partial<Cloud["lambda"]["network"]>): Promise<string> {
  Object.assign(cloud.lambda.network, network);
  const checks = await openCloudChecks(cloud.config);
  try {
    await checks.place();
    return await checks.network();
  } finally {
    checks.close();
  }
}

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
  const { region, endpoint } = cloud.config.lambda;
  for (const invocation of ["push", "poll"] as const) {
    const functionName = invokedNameOf(cloud.config.lambda);
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
