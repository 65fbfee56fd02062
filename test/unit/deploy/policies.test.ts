import { describe, expect, it } from "vitest";
import type { Config } from "../../../src/config/config.js";
import { loadConfig } from "../../../src/config/load.js";
import { POLICY_NAMES, type Policy, policies, trustPolicy, WITHOUT_RESOURCE } from "../../../src/deploy/policies.js";
import { allows } from "../../support/policy.js";

const PLACE = { partition: "aws", account: "123456789012", region: "eu-west-1" };
const LAYER = "arn:aws:lambda:eu-west-1:123456789012:layer:sharp:3";
const KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const OWN_ROLE = "arn:aws:iam::123456789012:role/mine";

function policiesOf(code: Config = {}) {
  return policies(loadConfig({ code: { store: "s3://my-bucket/team/runs", ...code }, env: {}, file: null }), PLACE);
}

const statements = ({ Statement }: Policy) => Statement;
const actions = (policy: Policy) => statements(policy).flatMap(({ Action }) => Action);

describe.each(POLICY_NAMES)("of the %s", (name) => {
  const others = { layers: [LAYER], roleArn: OWN_ROLE, nestedMaps: true, kmsKeyArn: KEY, tracing: true };
  const variants = [policiesOf(), policiesOf({ lambda: others })].map((all) => all[name]);

  it("each action is named in full, once", () => {
    for (const policy of variants) {
      expect(actions(policy).filter((action) => !/^[a-z0-9]+:[A-Z][A-Za-z0-9]+$/.test(action))).toEqual([]);
      expect(new Set(statements(policy).map(({ Sid }) => Sid)).size).toBe(statements(policy).length);
    }
  });

  it("each resource is named, but for actions that AWS lets name none", () => {
    for (const policy of variants)
      for (const { Action, Resource } of statements(policy)) {
        if (Resource.includes("*")) expect(Object.keys(WITHOUT_RESOURCE)).toEqual(expect.arrayContaining(Action));
        // A pattern only stands at the end, after what names the bucket's prefix, the log group or the layers.
        else
          for (const arn of Resource.map((one) => one.replace(/:layer:nodewren-\*:\*$/, ":layer:nodewren-*")))
            expect(arn).toMatch(/^arn:aws:(s3:::my-bucket|(lambda|logs|kms):eu-west-1:\d{12}|iam::\d{12}):?[^*]*\*?$/);
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
