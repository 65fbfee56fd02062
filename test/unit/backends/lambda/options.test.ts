import { LambdaBackend, OptionError } from "nodewren";
import { describe, expect, it } from "vitest";
import { parseFunctionName } from "../../../../src/backends/lambda/function-name.js";
import { runScript } from "../../../support/scripts.js";

describe("options", () => {
  it.each([
    { functionName: "my-function" },
    { functionName: "my-function:live" },
    { functionName: "my-function:$LATEST" },
    { functionName: "my-function:$LATEST.PUBLISHED" },
    { functionName: "arn:aws-eusc:lambda:eusc-de-east-1:123456789012:function:my-function" },
    { functionName: "arn:aws-iso-b:lambda:us-isob-east-1:123456789012:function:my-function:live" },
    { functionName: "123456789012:function:my-function" },
    { functionName: "arn:aws:lambda:eu-central-1:123456789012:function:my-function:3" },
    { functionName: "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:my-function" },
    { credentials: { accessKeyId: "id", secretAccessKey: "secret" } },
    { credentials: async () => ({ accessKeyId: "id", secretAccessKey: "secret" }) },
    { endpoint: "http://127.0.0.1:9001", invocation: "poll", concurrency: 5000, maxThrottleMs: 0 } as const,
    { region: undefined, pollMs: undefined },
  ])("may be %j", (options) => {
    expect(new LambdaBackend(options).name).toBe("lambda");
  });

  it.each([
    ["functionName", ""],
    ["functionName", "my function"],
    ["functionName", "arn:aws:s3:::bucket"],
    ["region", "Frankfurt am Main"],
    ["endpoint", "localhost:9001"],
    ["endpoint", "ftp://host"],
    ["credentials", { accessKeyId: "id" }],
    ["credentials", null],
    ["invocation", "pull"],
    ["concurrency", 0],
    ["pollMs", 0],
    ["maxSockets", 1.5],
    ["maxThrottleMs", -1],
    ["requestTimeoutMs", 2 ** 31],
    ["workers", 2],
  ])("are refused: %s %j", (option, value) => {
    const make = () => new LambdaBackend({ [option]: value } as never);
    expect(make).toThrow(OptionError);
    expect(make).toThrow(expect.objectContaining({ option, message: expect.stringContaining("new LambdaBackend()") }));
  });
});

it.each([
  ["nodewren", "nodewren", undefined],
  ["nodewren:live", "nodewren", undefined],
  ["123456789012:function:f", "123456789012:function:f", undefined],
  [
    "arn:aws:lambda:eu-central-1:123456789012:function:f:$LATEST",
    "arn:aws:lambda:eu-central-1:123456789012:function:f",
    "eu-central-1",
  ],
  ["f:$LATEST.PUBLISHED", "f", undefined],
  [
    "arn:aws-eusc:lambda:eusc-de-east-1:123456789012:function:f:2",
    "arn:aws-eusc:lambda:eusc-de-east-1:123456789012:function:f",
    "eusc-de-east-1",
  ],
  [
    "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f",
    "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f",
    "us-gov-west-1",
  ],
])("the name %s is that of %s, in region %s", (given, unqualified, region) => {
  expect(parseFunctionName(given)).toEqual({ given, unqualified, region });
});

describe("in a script", () => {
  const NO_SDK = `
    import { register } from "node:module";
    register("data:text/javascript," + encodeURIComponent(\`
      export async function resolve(specifier, context, next) {
        if (!specifier.startsWith("@aws-sdk/")) return next(specifier, context);
        throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
      }\`));
  `;
  const READY = `await new LambdaBackend().ready().catch(({ code, message }) => console.log(code, message));`;
  const { AWS_REGION: _, AWS_DEFAULT_REGION: __, ...env } = process.env;

  it("a missing SDK is told with the command that installs it", async () => {
    const { stdout } = await runScript(`${NO_SDK} const { LambdaBackend } = await import("nodewren"); ${READY}`).ended;
    expect(stdout).toMatch(/^INVOKE .*not installed. Run: npm install @aws-sdk\/client-lambda\n$/);
  });

  it("a missing region is told with the option and the variable", async () => {
    const aws = { AWS_CONFIG_FILE: "/none", AWS_SHARED_CREDENTIALS_FILE: "/none", AWS_EC2_METADATA_DISABLED: "true" };
    const script = runScript(`import { LambdaBackend } from "nodewren"; ${READY}`, { env: { ...env, ...aws } });
    expect((await script.ended).stdout).toMatch(/^INVOKE .*no region.*option region.*AWS_REGION/);
  });

  it("missing credentials are told, and nothing keeps the process alive", async () => {
    const aws = {
      AWS_CONFIG_FILE: "/none",
      AWS_SHARED_CREDENTIALS_FILE: "/none",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_REGION: "eu-west-1",
    };
    const script = runScript(`import { LambdaBackend } from "nodewren"; ${READY}`, { env: { ...env, ...aws } });
    const { stdout, code } = await script.ended;
    expect(stdout).toMatch(/^INVOKE .*CredentialsProviderError.*aws configure/);
    expect(code).toBe(0);
  });
});
