import { describe, expect, it } from "vitest";
import type { Config } from "../../../src/config/config.js";
import { loadConfig } from "../../../src/config/load.js";
import { POLICY_NAMES, type Policy, policies, trustPolicy, WITHOUT_RESOURCE } from "../../../src/deploy/policies.js";
import { allows } from "../../support/policy.js";

const PLACE = { partition: "aws", account: "123456789012", region: "eu-west-1" };
const LAYER = "arn:aws:lambda:eu-west-1:123456789012:layer:sharp:3";
const KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const VPC = {
  subnetIds: ["subnet-0123456789abcdef0"],
  securityGroupIds: ["sg-0123456789abcdef0"],
  fileSystem: { "/mnt/data": "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-0123456789abcdef0" },
};
const IMAGE = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/worker@sha256:${"0".repeat(64)}`;
const OWN_ROLE = "arn:aws:iam::123456789012:role/mine";

function policiesOf(code: Config = {}) {
  return policies(loadConfig({ code: { store: "s3://my-bucket/team/runs", ...code }, env: {}, file: null }), PLACE);
}

const statements = ({ Statement }: Policy) => Statement;
const actions = (policy: Policy) => statements(policy).flatMap(({ Action }) => Action);

describe.each(POLICY_NAMES)("of the %s", (name) => {
  const others = {
    layers: [LAYER],
    roleArn: OWN_ROLE,
    nestedMaps: true,
    kmsKeyArn: KEY,
    tracing: true,
    alias: "live",
    ...VPC,
  };
  const keys = { s3: { workerRoleArn: OWN_ROLE }, lambda: { imageUri: IMAGE } };
  const variants = [policiesOf(), policiesOf({ lambda: others }), policiesOf(keys)].map((all) => all[name]);

  it("each action is named in full, once", () => {
    for (const policy of variants) {
      expect(actions(policy).filter((action) => !/^[a-z0-9]+:[A-Z][A-Za-z0-9]+$/.test(action))).toEqual([]);
      expect(new Set(statements(policy).map(({ Sid }) => Sid)).size).toBe(statements(policy).length);
    }
  });

  it("each resource is named, but for actions that AWS lets name none", () => {
    for (const policy of variants)
      for (const { Effect, Action, Resource } of statements(policy)) {
        if (Effect === "Deny") continue;
        if (Resource.includes("*")) expect(Object.keys(WITHOUT_RESOURCE)).toEqual(expect.arrayContaining(Action));
        // A pattern only stands at the end, after what names the bucket's prefix, the log group or the layers.
        else
          for (const arn of Resource.map((one) => one.replace(/:layer:nodewren-\*:\*$|(ec2.*):\*\/\*$/, "$1:*")))
            expect(arn).toMatch(
              /^arn:aws:(s3:::my-bucket|(lambda|logs|kms|ec2|ecr|elasticfilesystem):eu-west-1:\d{12}|iam::\d{12}):?[^*]*\*?$/,
            );
      }
  });

  it("can be handed over as JSON, within what a role's inline policy may take", () => {
    for (const policy of variants) {
      expect(JSON.parse(JSON.stringify(policy))).toEqual(policy);
      // Characters without white space (AWS documentation, "IAM and STS quotas").
      expect(JSON.stringify(policy).length).toBeLessThan(6144);
    }
  });
});

const object = (key: string) => `arn:aws:s3:::my-bucket/${key}`;
const bucket = "arn:aws:s3:::my-bucket";
const OWNER = { "s3:ResourceAccount": "123456789012" };
const list = (prefix: string) => ({
  action: "s3:ListBucket",
  resource: bucket,
  context: { ...OWNER, "s3:prefix": prefix },
});
const logs = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/nodewren:log-stream:x";
const fn = "arn:aws:lambda:eu-west-1:123456789012:function:nodewren";

it("the worker reads and writes below the prefix, lists it, and writes its log; nothing else", () => {
  const { worker } = policiesOf();
  const can = (action: string, resource: string, context: Record<string, string> = OWNER) =>
    allows(worker, { action, resource, context });
  expect(can("s3:GetObject", object("team/runs/jobs/1/inputs"))).toBe(true);
  // Of a bucket that somebody else has made under the name, nothing.
  expect(can("s3:GetObject", object("team/runs/x"), { "s3:ResourceAccount": "999999999999" })).toBe(false);
  expect(can("s3:PutObject", object("team/runs/x"))).toBe(true);
  expect(can("s3:PutObject", object("team/runsx"))).toBe(false);
  expect(can("s3:GetObject", object("team/other"))).toBe(false);
  expect(can("s3:DeleteObject", object("team/runs/x"))).toBe(false);
  expect(allows(worker, list("team/runs/jobs/1/"))).toBe(true);
  expect(allows(worker, list("team/"))).toBe(false);
  expect(can("s3:ListBucket", bucket)).toBe(false);
  expect(can("logs:PutLogEvents", logs)).toBe(true);
  expect(can("logs:PutLogEvents", logs.replace("nodewren", "other"))).toBe(false);
  expect(can("logs:CreateLogGroup", logs)).toBe(false);
  expect(actions(worker).filter((action) => !/^(s3|logs):/.test(action))).toEqual([]);
});

it("with nested maps, the worker may do what a caller does, for the very function, but delete nothing", () => {
  const { worker } = policiesOf({ lambda: { nestedMaps: true } });
  expect(allows(worker, { action: "lambda:InvokeFunction", resource: fn })).toBe(true);
  expect(allows(worker, { action: "lambda:InvokeFunction", resource: `${fn}2` })).toBe(false);
  expect(allows(worker, { action: "s3:DeleteObject", resource: object("team/runs/x") })).toBe(false);
  expect(allows(policiesOf().worker, { action: "lambda:InvokeFunction", resource: fn })).toBe(false);
});

it("the caller invokes one function, and cannot change it", () => {
  const { caller } = policiesOf();
  expect(allows(caller, { action: "lambda:InvokeFunction", resource: fn })).toBe(true);
  expect(allows(caller, { action: "lambda:InvokeFunction", resource: `${fn}2` })).toBe(false);
  expect(allows(caller, { action: "lambda:GetAccountSettings", resource: undefined })).toBe(true);
  expect(actions(caller).filter((action) => /Update|Create|^iam:/.test(action))).toEqual([]);
});

it("the deployer can remove what an earlier configuration kept started, also where none is named any more", () => {
  const { deployer } = policiesOf();
  for (const action of ["lambda:DeleteProvisionedConcurrencyConfig", "lambda:DeleteAlias"])
    expect(allows(deployer, { action, resource: `${fn}:live` })).toBe(true);
  expect(allows(deployer, { action: "lambda:DeleteAlias", resource: `${fn}2:live` })).toBe(false);
});

it("with an alias, the caller invokes it, and no version of its own choice", () => {
  const { caller } = policiesOf({ lambda: { alias: "live" } });
  expect(allows(caller, { action: "lambda:InvokeFunction", resource: `${fn}:live` })).toBe(true);
  expect(allows(caller, { action: "lambda:InvokeFunction", resource: `${fn}:7` })).toBe(false);
});

it("the deployer lets Lambda read the repository of the image, and no other", () => {
  const { deployer } = policiesOf({ lambda: { imageUri: IMAGE } });
  const can = (repository: string) =>
    allows(deployer, {
      action: "ecr:BatchGetImage",
      resource: `arn:aws:ecr:eu-west-1:123456789012:repository/${repository}`,
    });
  expect(can("team/worker")).toBe(true);
  expect(can("team/worker2")).toBe(false);
});

it("with keys of a job alone, the worker has no rights in S3, and the caller may take the role of the keys on", () => {
  const workerRoleArn = "arn:aws:iam::123456789012:role/jobs";
  const { worker, caller, jobs } = policiesOf({ s3: { workerRoleArn } });
  expect(actions(worker).filter((action) => action.startsWith("s3:"))).toEqual([]);
  expect(allows(caller, { action: "sts:AssumeRole", resource: workerRoleArn })).toBe(true);
  expect(allows(caller, { action: "sts:AssumeRole", resource: OWN_ROLE })).toBe(false);
  expect(allows(jobs, { action: "s3:PutObject", resource: object("team/runs/jobs/1/results/0"), context: OWNER })).toBe(
    true,
  );
  expect(allows(policiesOf().caller, { action: "sts:AssumeRole", resource: workerRoleArn })).toBe(false);
  expect(() => policiesOf({ lambda: { nestedMaps: true }, s3: { workerRoleArn } })).toThrow(
    /leave out lambda.nestedMaps/,
  );
});

it("the deployer hands the role to Lambda alone, and one of the user's own it cannot change", () => {
  const role = "arn:aws:iam::123456789012:role/nodewren-nodewren-eu-west-1";
  const pass = (resource: string, service: string) => ({
    action: "iam:PassRole",
    resource,
    context: { "iam:PassedToService": service },
  });
  const { deployer } = policiesOf();
  expect(allows(deployer, pass(role, "lambda.amazonaws.com"))).toBe(true);
  expect(allows(deployer, pass(role, "ec2.amazonaws.com"))).toBe(false);
  expect(allows(deployer, pass(OWN_ROLE, "lambda.amazonaws.com"))).toBe(false);
  const { deployer: withOwn } = policiesOf({ lambda: { roleArn: OWN_ROLE } });
  expect(allows(withOwn, pass(OWN_ROLE, "lambda.amazonaws.com"))).toBe(true);
  expect(actions(withOwn).filter((action) => action.startsWith("iam:"))).toEqual(["iam:PassRole"]);
});

it("in a VPC, Lambda makes network interfaces in the role's name, and code that runs on the role makes none", () => {
  const { worker } = policiesOf({ lambda: VPC });
  const made = "arn:aws:ec2:eu-west-1:123456789012:network-interface/eni-1";
  for (const action of ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"]) {
    expect(allows(worker, { action, resource: made })).toBe(true);
    for (const caller of [fn, `${fn}:live`])
      expect(allows(worker, { action, resource: made, context: { "lambda:SourceFunctionArn": caller } })).toBe(false);
    expect(allows(worker, { action, resource: made.replace("123456789012", "999999999999") })).toBe(false);
    expect(allows(policiesOf().worker, { action, resource: made })).toBe(false);
  }
});

it("a file system is mounted through its access point alone", () => {
  const { worker } = policiesOf({ lambda: VPC });
  const resource = "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system/fs-1";
  const through = (arn: string) => ({ "elasticfilesystem:AccessPointArn": arn });
  const can = (arn: string) =>
    allows(worker, { action: "elasticfilesystem:ClientWrite", resource, context: through(arn) });
  const [own] = Object.values(VPC.fileSystem) as [string];
  expect(can(own)).toBe(true);
  expect(can(own.replace("f0", "f1"))).toBe(false);
});

it.each([
  [{ subnetIds: VPC.subnetIds }, /need lambda.securityGroupIds/],
  [{ securityGroupIds: VPC.securityGroupIds }, /name its subnets as lambda.subnetIds/],
  [{ fileSystem: VPC.fileSystem }, /name lambda.subnetIds/],
  [{ imageUri: IMAGE, layers: [LAYER] }, /leave out lambda.layers/],
  [{ imageUri: IMAGE, nestedMaps: true }, /leave out lambda.nestedMaps/],
  [{ provisionedConcurrency: 2 }, /name one as lambda.alias/],
  [{ alias: "live", provisionedConcurrency: 2, reservedConcurrency: 1 }, /more than lambda.reservedConcurrency, 1/],
])("settings that lack another one are refused: %j", (lambda, words) => {
  expect(() => policiesOf({ lambda })).toThrow(words);
});

it("layers of the user's are read by the deployer alone", () => {
  const { deployer, caller, worker } = policiesOf({ lambda: { layers: [LAYER] } });
  expect(allows(deployer, { action: "lambda:GetLayerVersion", resource: LAYER })).toBe(true);
  for (const policy of [caller, worker]) expect(actions(policy)).not.toContain("lambda:GetLayerVersion");
});

it("the deployer publishes layers under nodewren's name, and no others", () => {
  const { deployer, caller, worker } = policiesOf();
  const layer = (name: string) => `arn:aws:lambda:eu-west-1:123456789012:layer:${name}`;
  const can = (action: string, resource: string) => allows(deployer, { action, resource });
  expect(can("lambda:PublishLayerVersion", layer("nodewren-sharp"))).toBe(true);
  expect(can("lambda:ListLayerVersions", layer("nodewren-sharp"))).toBe(true);
  expect(can("lambda:GetLayerVersion", layer("nodewren-sharp:3"))).toBe(true);
  expect(can("lambda:PublishLayerVersion", layer("sharp"))).toBe(false);
  expect(can("lambda:DeleteLayerVersion", layer("nodewren-sharp:3"))).toBe(false);
  for (const policy of [caller, worker]) expect(actions(policy)).not.toContain("lambda:PublishLayerVersion");
});

it("only Lambda takes the role on", () => {
  expect(trustPolicy()).toMatchObject({ Statement: [{ Principal: { Service: "lambda.amazonaws.com" } }] });
});

it("is refused without a store in S3, before anyone is asked", () => {
  expect(() => policiesOf({ store: "runs" })).toThrow(/need a store in S3, but the store is the folder .*runs/);
});
