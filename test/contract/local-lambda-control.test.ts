/**
 * The tests' own Lambda, seen by who deploys: control plane, roles, log groups, and the record of permissions.
 *
 * @module-tag long
 */
import { createHash } from "node:crypto";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import * as Lambda from "@aws-sdk/client-lambda";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { handlerZip, invoke, newClient, newFunction, refusal, SOME_ROLE, zipOf } from "../support/lambda-functions.js";
import { type LocalLambda, type LocalLambdaOptions, startLocalLambda } from "../support/local-lambda/index.js";
import { until } from "../support/until.js";

/** Long enough to look at a state that passes, on a busy machine too. */
const SLOW_MS = 1500;
const ACCOUNT = "123456789012";
const objects = new Map<string, Uint8Array>();
/** What `authorize` refuses, by action. */
const refused = new Set<string>();
const options: LocalLambdaOptions = {
  stateDelayMs: 20,
  roleSettleMs: 1000,
  fetchCode: async (bucket, key) => objects.get(`${bucket}/${key}`),
  authorize: ({ action }) => !refused.has(action),
};
let lambda: LocalLambda;
let client: Lambda.LambdaClient;
let iam: IAMClient;
let logs: CloudWatchLogsClient;

beforeAll(async () => {
  lambda = await startLocalLambda(options);
  client = newClient(lambda);
  iam = new IAMClient({ ...lambda.clientOptions, maxAttempts: 1 });
  logs = new CloudWatchLogsClient({ ...lambda.clientOptions, maxAttempts: 1 });
});
beforeEach(() => {
  lambda.reset();
  refused.clear();
});
afterAll(() => lambda.close());

const configOf = (FunctionName: string, from = client) =>
  from.send(new Lambda.GetFunctionConfigurationCommand({ FunctionName }));
const whenDone = (FunctionName: string, from = client) =>
  until(async () => {
    const { State, LastUpdateStatus } = await configOf(FunctionName, from);
    return State === "Active" && LastUpdateStatus === "Successful";
  }, 10_000);

describe("a function whose changes take their time", () => {
  let slow: LocalLambda;
  let client: Lambda.LambdaClient;

  beforeAll(async () => {
    slow = await startLocalLambda({ stateDelayMs: SLOW_MS });
    client = newClient(slow);
  });
  afterAll(() => slow.close());

  it("is Pending at first, and then active", async () => {
    const FunctionName = await newFunction(client, "return 1;");
    expect(await configOf(FunctionName, client)).toMatchObject({ State: "Pending", StateReasonCode: "Creating" });
    const error = await refusal(invoke(client, FunctionName));
    expect(error).toMatchObject({ name: "ResourceConflictException", $metadata: { httpStatusCode: 409 } });
    expect(error.message).toContain("Pending");
    await Lambda.waitUntilFunctionActiveV2({ client, maxWaitTime: 5, minDelay: 1 }, { FunctionName });
    expect((await invoke(client, FunctionName)).value).toBe(1);
  });

  it("runs its old code until an update is done, and takes no second update before", async () => {
    const FunctionName = await newFunction(client, "return 1;");
    await whenDone(FunctionName, client);
    const update = new Lambda.UpdateFunctionCodeCommand({ FunctionName, ZipFile: handlerZip("return 2;") });
    expect((await client.send(update)).LastUpdateStatus).toBe("InProgress");
    expect((await refusal(client.send(update))).name).toBe("ResourceConflictException");
    const configure = new Lambda.UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 5 });
    expect((await refusal(client.send(configure))).name).toBe("ResourceConflictException");
    expect((await invoke(client, FunctionName)).value).toBe(1);
    await whenDone(FunctionName, client);
    expect((await invoke(client, FunctionName)).value).toBe(2);
    expect((await client.send(configure)).Timeout).toBe(5);
  });
});

describe("functions", () => {
  it("show what they were given, with the digest of their code", async () => {
    const ZipFile = handlerZip("return 'shown';");
    const CodeSha256 = createHash("sha256").update(ZipFile).digest("base64");
    const FunctionName = await newFunction(client, "", {
      Code: { ZipFile },
      Description: "shown",
      Tags: { owner: "tests" },
      Environment: { Variables: { NAME: "b" } },
      EphemeralStorage: { Size: 1024 },
    });
    const { Configuration, Tags } = await client.send(new Lambda.GetFunctionCommand({ FunctionName }));
    const arn = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${FunctionName}`;
    expect(Configuration).toMatchObject({ CodeSha256, CodeSize: ZipFile.length, FunctionArn: arn, MemorySize: 128 });
    expect(Configuration).toMatchObject({
      Environment: { Variables: { NAME: "b" } },
      EphemeralStorage: { Size: 1024 },
    });
    expect(Tags).toEqual({ owner: "tests" });
    const update = { FunctionName: arn, ZipFile: handlerZip("return 'dry';"), DryRun: true };
    await whenDone(FunctionName);
    const dry = await client.send(new Lambda.UpdateFunctionCodeCommand(update));
    expect(dry.CodeSha256).not.toBe(CodeSha256);
    expect((await configOf(FunctionName)).CodeSha256).toBe(CodeSha256);
    const { Functions } = await client.send(new Lambda.ListFunctionsCommand({}));
    expect(Functions?.map((one) => one.FunctionName)).toContain(FunctionName);
  });

  it("are gone once deleted, and known only once", async () => {
    const FunctionName = await newFunction(client, "return 1;");
    expect((await refusal(newFunction(client, "", { FunctionName }))).name).toBe("ResourceConflictException");
    await client.send(new Lambda.DeleteFunctionCommand({ FunctionName }));
    for (const command of [
      new Lambda.GetFunctionCommand({ FunctionName }),
      new Lambda.DeleteFunctionCommand({ FunctionName }),
      new Lambda.InvokeCommand({ FunctionName }),
    ]) {
      const error = await refusal(client.send(command as Lambda.GetFunctionCommand));
      expect(error).toMatchObject({ name: "ResourceNotFoundException", $metadata: { httpStatusCode: 404 } });
    }
  });

  it("take code from a bucket", async () => {
    objects.set("bucket/code.zip", handlerZip("return 'from a bucket';"));
    const Code = { S3Bucket: "bucket", S3Key: "code.zip" };
    const name = await newFunction(client, "", { Code });
    await whenDone(name);
    expect((await invoke(client, name)).value).toBe("from a bucket");
    const error = await refusal(newFunction(client, "", { Code: { ...Code, S3Key: "none" } }));
    expect(error).toMatchObject({
      name: "InvalidParameterValueException",
      message: expect.stringContaining("NoSuchKey"),
    });
  });

  const invalid: [string, Partial<Lambda.CreateFunctionCommandInput>, string][] = [
    ["a timeout of 901 s", { Timeout: 901 }, "ValidationException"],
    ["64 MB of memory", { MemorySize: 64 }, "ValidationException"],
    ["a role that is no ARN", { Role: "somebody" }, "ValidationException"],
    ["an unknown runtime", { Runtime: "nodejs8.10" as never }, "InvalidParameterValueException"],
    ["a reserved variable", { Environment: { Variables: { AWS_REGION: "x" } } }, "InvalidParameterValueException"],
    ["5 kB of variables", { Environment: { Variables: { LONG: "x".repeat(5000) } } }, "InvalidParameterValueException"],
    ["no zip", { Code: { ZipFile: Buffer.from("nothing") } }, "InvalidParameterValueException"],
    [
      "an unknown layer",
      { Layers: [`arn:aws:lambda:us-east-1:${ACCOUNT}:layer:no:1`] },
      "InvalidParameterValueException",
    ],
    ["six layers", { Layers: Array(6).fill("layer:x:1") }, "InvalidParameterValueException"],
  ];
  it.each(invalid)("with %s are refused", async (_, config, name) => {
    const error = await refusal(newFunction(client, "", config));
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  it("keep how their events are tried, and their tags", async () => {
    const FunctionName = await newFunction(client, "return 1;");
    const get = new Lambda.GetFunctionEventInvokeConfigCommand({ FunctionName });
    expect((await refusal(client.send(get))).name).toBe("ResourceNotFoundException");
    await client.send(new Lambda.PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0 }));
    const update = { FunctionName, MaximumEventAgeInSeconds: 60 };
    await client.send(new Lambda.UpdateFunctionEventInvokeConfigCommand(update));
    expect(await client.send(get)).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    const wrong = new Lambda.PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 3 });
    expect((await refusal(client.send(wrong))).name).toBe("ValidationException");
    await client.send(new Lambda.DeleteFunctionEventInvokeConfigCommand({ FunctionName }));
    expect((await refusal(client.send(get))).name).toBe("ResourceNotFoundException");
    const Resource = (await configOf(FunctionName)).FunctionArn;
    await client.send(new Lambda.TagResourceCommand({ Resource, Tags: { a: "1", b: "2" } }));
    await client.send(new Lambda.UntagResourceCommand({ Resource, TagKeys: ["a"] }));
    expect((await client.send(new Lambda.ListTagsCommand({ Resource }))).Tags).toEqual({ b: "2" });
  });

  it("show their concurrency, as does the account", async () => {
    const FunctionName = await newFunction(client, "return 1;");
    await client.send(new Lambda.PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 7 }));
    const { Concurrency } = await client.send(new Lambda.GetFunctionCommand({ FunctionName }));
    expect(Concurrency).toEqual({ ReservedConcurrentExecutions: 7 });
    const { AccountLimit } = await client.send(new Lambda.GetAccountSettingsCommand({}));
    expect(AccountLimit).toMatchObject({ ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 993 });
    await client.send(new Lambda.DeleteFunctionConcurrencyCommand({ FunctionName }));
    const left = await client.send(new Lambda.GetFunctionConcurrencyCommand({ FunctionName }));
    expect(left.ReservedConcurrentExecutions).toBeUndefined();
  });
});

it("layers have numbered versions, and deleted ones take no more functions", async () => {
  const LayerName = "layer";
  const publish = () => client.send(new Lambda.PublishLayerVersionCommand({ LayerName, Content: { ZipFile } }));
  const ZipFile = zipOf({ "nodejs/a.txt": "a" });
  const [first, second] = [await publish(), await publish()];
  expect([first.Version, second.Version]).toEqual([1, 2]);
  await client.send(new Lambda.DeleteLayerVersionCommand({ LayerName, VersionNumber: 1 }));
  const { LayerVersions } = await client.send(new Lambda.ListLayerVersionsCommand({ LayerName }));
  expect(LayerVersions?.map(({ Version }) => Version)).toEqual([2]);
  const found = await client.send(new Lambda.GetLayerVersionCommand({ LayerName, VersionNumber: 2 }));
  expect(found.Content?.CodeSha256).toBe(createHash("sha256").update(ZipFile).digest("base64"));
  const error = await refusal(newFunction(client, "", { Layers: [first.LayerVersionArn as string] }));
  expect(error.name).toBe("InvalidParameterValueException");
});

describe("roles", () => {
  const trust = (service: string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    });
  const newRole = (RoleName: string, service = "lambda.amazonaws.com") =>
    iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(service) }));

  it("are made, found, tagged and deleted", async () => {
    const RoleName = "role-1";
    const { Role } = await newRole(RoleName);
    expect(Role?.Arn).toBe(`arn:aws:iam::${ACCOUNT}:role/${RoleName}`);
    expect((await refusal(newRole(RoleName))).name).toBe("EntityAlreadyExistsException");
    await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: "owner", Value: "a & <b>" }] }));
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust("other.amazonaws.com") }));
    const found = await iam.send(new GetRoleCommand({ RoleName }));
    expect(found.Role?.Tags).toEqual([{ Key: "owner", Value: "a & <b>" }]);
    expect(decodeURIComponent(found.Role?.AssumeRolePolicyDocument ?? "")).toBe(trust("other.amazonaws.com"));
    await iam.send(new DeleteRoleCommand({ RoleName }));
    const gone = await refusal(iam.send(new GetRoleCommand({ RoleName })));
    expect(gone).toMatchObject({ name: "NoSuchEntityException", $metadata: { httpStatusCode: 404 } });
  });

  it("are deleted only without policies", async () => {
    const RoleName = "role-2";
    const role = { RoleName, PolicyName: "inline" };
    const PolicyArn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    await newRole(RoleName);
    await iam.send(new PutRolePolicyCommand({ ...role, PolicyDocument: trust("x") }));
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
    const policy = await iam.send(new GetRolePolicyCommand(role));
    expect(decodeURIComponent(policy.PolicyDocument ?? "")).toBe(trust("x"));
    expect((await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual(["inline"]);
    const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    expect(attached.AttachedPolicies).toEqual([{ PolicyName: "AWSLambdaBasicExecutionRole", PolicyArn }]);
    expect((await refusal(iam.send(new DeleteRoleCommand({ RoleName })))).name).toBe("DeleteConflictException");
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    expect((await refusal(iam.send(new DeleteRoleCommand({ RoleName })))).name).toBe("DeleteConflictException");
    await iam.send(new DeleteRolePolicyCommand(role));
    expect((await refusal(iam.send(new GetRolePolicyCommand(role)))).name).toBe("NoSuchEntityException");
    await iam.send(new DeleteRoleCommand({ RoleName }));
  });

  it("cannot be assumed just after they were made, or when they do not trust Lambda", async () => {
    const young = (await newRole("role-3")).Role?.Arn as string;
    const other = (await newRole("role-4", "ec2.amazonaws.com")).Role?.Arn as string;
    const error = await refusal(newFunction(client, "", { Role: young }));
    expect(error.name).toBe("InvalidParameterValueException");
    expect(error.message).toBe("The role defined for the function cannot be assumed by Lambda.");
    await until(() => newFunction(client, "", { Role: young }).then(Boolean, () => false));
    expect((await refusal(newFunction(client, "", { Role: other }))).message).toBe(error.message);
  });

  it("with documents that are no policies are refused", async () => {
    const error = await refusal(iam.send(new CreateRoleCommand({ RoleName: "x", AssumeRolePolicyDocument: "{}" })));
    expect(error.name).toBe("MalformedPolicyDocumentException");
  });
});

it("log groups appear with a function's first call, and keep what they are told", async () => {
  const name = await newFunction(client, "return 1;");
  const logGroupName = `/aws/lambda/${name}`;
  const find = async () => {
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
    return logGroups?.find((one) => one.logGroupName === logGroupName);
  };
  await whenDone(name);
  expect(await find()).toBeUndefined();
  await invoke(client, name);
  await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));
  expect(await find()).toMatchObject({ retentionInDays: 7 });
  const again = await refusal(logs.send(new CreateLogGroupCommand({ logGroupName })));
  expect(again.name).toBe("ResourceAlreadyExistsException");
  await logs.send(new DeleteLogGroupCommand({ logGroupName }));
  expect((await refusal(logs.send(new DeleteLogGroupCommand({ logGroupName })))).name).toBe(
    "ResourceNotFoundException",
  );
});

describe("permissions", () => {
  it("are recorded in IAM's names, implied ones too, with the key that asked", async () => {
    const credentials = { accessKeyId: "AKIADEPLOYER", secretAccessKey: "x" };
    const sts = new STSClient({ ...lambda.clientOptions, credentials });
    const identity = await sts.send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/AKIADEPLOYER` });
    const name = await newFunction(newClient(lambda, { credentials }), "return 1;");
    // Whether it is active already does not matter here.
    await invoke(client, name).catch(() => {});
    await logs.send(new CreateLogGroupCommand({ logGroupName: "recorded" }));
    await refusal(iam.send(new GetRoleCommand({ RoleName: "nobody" })));
    const arn = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}`;
    const group = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:recorded:log-stream:`;
    expect(lambda.requests.map((one) => [one.action, one.resource, one.accessKeyId, one.implied])).toEqual([
      ["sts:GetCallerIdentity", undefined, "AKIADEPLOYER", false],
      ["lambda:CreateFunction", arn, "AKIADEPLOYER", false],
      ["iam:PassRole", SOME_ROLE, "AKIADEPLOYER", true],
      ["lambda:InvokeFunction", arn, "AKIALOCALLAMBDA", false],
      ["logs:CreateLogGroup", group, "AKIALOCALLAMBDA", false],
      ["iam:GetRole", `arn:aws:iam::${ACCOUNT}:role/nobody`, "AKIALOCALLAMBDA", false],
    ]);
    lambda.reset();
    expect(lambda.requests).toEqual([]);
  });

  it("that are refused stop the request", async () => {
    const name = await newFunction(client, "return 1;");
    for (const action of ["lambda:InvokeFunction", "iam:PassRole", "iam:GetRole", "logs:CreateLogGroup"])
      refused.add(action);
    const denied = await refusal(invoke(client, name));
    expect(denied).toMatchObject({ name: "AccessDeniedException", $metadata: { httpStatusCode: 403 } });
    expect(denied.message).toMatch(/is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:/);
    expect((await refusal(newFunction(client, ""))).message).toContain("iam:PassRole");
    expect((await refusal(iam.send(new GetRoleCommand({ RoleName: "a" })))).name).toBe("AccessDenied");
    const group = new CreateLogGroupCommand({ logGroupName: "refused" });
    expect((await refusal(logs.send(group))).name).toBe("AccessDeniedException");
  });

  it("are of keys that the account knows, when it is told which", async () => {
    const own = await startLocalLambda({ accessKeyIds: ["AKIAKNOWN"] });
    const credentials = { accessKeyId: "AKIAKNOWN", secretAccessKey: "x" };
    const settings = new Lambda.GetAccountSettingsCommand({});
    expect((await refusal(newClient(own).send(settings))).name).toBe("UnrecognizedClientException");
    expect((await newClient(own, { credentials }).send(settings)).AccountLimit?.ConcurrentExecutions).toBe(1000);
    await own.close();
  });
});
