import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import type { Config } from "../../../src/config/config.js";
import { loadConfig } from "../../../src/config/load.js";
import { SETTINGS } from "../../../src/config/settings.js";
import { newFolder } from "../../support/folders.js";

/** A project whose configuration file holds the settings. */
function project(config?: unknown): string {
  const cwd = newFolder();
  writeFileSync(join(cwd, "package.json"), "{}");
  if (config !== undefined) writeFileSync(join(cwd, "nodewren.config.json"), JSON.stringify(config));
  return cwd;
}

/** Loads with these sources, and nothing of the machine's own. */
const load = (sources: { file?: unknown; env?: NodeJS.ProcessEnv; code?: Config }) =>
  loadConfig({ cwd: project(sources.file), env: sources.env ?? {}, code: sources.code });

it("has defaults for all, each said to be one", () => {
  const config = load({});
  expect(config).toMatchObject({
    backend: "local",
    store: undefined,
    workers: undefined,
    file: undefined,
    lambda: {
      functionName: "nodewren",
      memoryMb: 1769,
      timeoutMs: 900_000,
      runtime: "nodejs24.x",
      architecture: "arm64",
      invocation: "auto",
      layers: [],
      env: {},
    },
    s3: { region: undefined, endpoint: undefined, forcePathStyle: false },
  });
  expect(Object.keys(config.sources).sort()).toEqual(SETTINGS.map(({ key }) => key).sort());
  expect(new Set(Object.values(config.sources).map(({ from }) => from))).toEqual(new Set(["default"]));
});

it("keeps to the order: code, variable, file, default", () => {
  const file = { workers: 1, lambda: { functionName: "f", memoryMb: 512, pollMs: 50 } };
  const env = { NODEWREN_WORKERS: "2", NODEWREN_LAMBDA_MEMORY_MB: "1024" };
  const { workers, lambda, sources, file: path } = load({ file, env, code: { workers: 3 } });
  expect([workers, lambda.memoryMb, lambda.functionName, lambda.timeoutMs]).toEqual([3, 1024, "f", 900_000]);
  expect(sources["workers"]).toEqual({ from: "code", name: "" });
  expect(sources["lambda.memoryMb"]).toEqual({ from: "variable", name: "NODEWREN_LAMBDA_MEMORY_MB" });
  expect(sources["lambda.functionName"]).toEqual({ from: "file", name: path });
  expect(sources["lambda.timeoutMs"]).toEqual({ from: "default", name: "" });
});

it("lets a special region or endpoint go before the general one of the same source, and not before another source", () => {
  const file = { region: "eu-west-1", endpoint: "http://file", s3: { region: "eu-north-1" } };
  expect(load({ file })).toMatchObject({
    lambda: { region: "eu-west-1", endpoint: "http://file" },
    s3: { region: "eu-north-1", endpoint: "http://file", forcePathStyle: true },
  });
  const env = { NODEWREN_REGION: "us-east-2", NODEWREN_LAMBDA_ENDPOINT: "http://env" };
  const config = load({ file, env });
  expect(config).toMatchObject({
    lambda: { region: "us-east-2", endpoint: "http://env" },
    s3: { region: "us-east-2", endpoint: "http://file" },
  });
  expect(config.sources["s3.region"]).toEqual({ from: "variable", name: "NODEWREN_REGION" });
});

it("reads every variable as its kind says", () => {
  const layer = "arn:aws:lambda:eu-west-1:123456789012:layer:sharp:3";
  const env = {
    NODEWREN_BACKEND: "lambda",
    NODEWREN_STORE: "s3://my-bucket/a/b/",
    NODEWREN_LAMBDA_LAYERS: `${layer}, ${layer}`,
    NODEWREN_LAMBDA_ENV: '{"MODE":"fast"}',
    NODEWREN_LAMBDA_TAGS: '{"team":"blue"}',
    NODEWREN_S3_FORCE_PATH_STYLE: "1",
    NODEWREN_CONCURRENCY: "50",
    NODEWREN_REGION: "",
  };
  expect(load({ env })).toMatchObject({
    backend: "lambda",
    store: { kind: "s3", bucket: "my-bucket", prefix: "a/b/" },
    lambda: {
      layers: [layer, layer],
      env: { MODE: "fast" },
      tags: { team: "blue" },
      concurrency: 50,
      region: undefined,
    },
    s3: { forcePathStyle: true },
  });
});

it("takes a relative store from the folder of the file, or from the working one for a variable", () => {
  const top = project({ store: "runs" });
  const cwd = join(top, "deep/er");
  mkdirSync(cwd, { recursive: true });
  expect(loadConfig({ cwd, env: {} }).store).toEqual({ kind: "file", folder: join(top, "runs") });
  const folderOf = (NODEWREN_STORE: string) => loadConfig({ cwd, env: { NODEWREN_STORE } }).store;
  expect(folderOf("runs")).toEqual({ kind: "file", folder: join(cwd, "runs") });
  expect(folderOf(pathToFileURL(top).href)).toEqual({ kind: "file", folder: top });
  expect(folderOf("s3://my-bucket")).toEqual({ kind: "s3", bucket: "my-bucket", prefix: "" });
  expect(folderOf("gs://my-bucket/a")).toEqual({ kind: "gcs", bucket: "my-bucket", prefix: "a/" });
  const azure = { kind: "azure", account: "acc", container: "my-runs" };
  expect(folderOf("azure://acc/my-runs/a/b/")).toEqual({ ...azure, prefix: "a/b/" });
});

it.each([
  [
    { NODEWREN_BACKEND: "lambada" },
    "backend",
    /Variable NODEWREN_BACKEND must be "local", "lambda", "command" or "http", or a list of them, each once, but is "lambada"/,
  ],
  [{ NODEWREN_WORKERS: "0x10" }, "workers", /an integer from 1 to 1024, but is "0x10"/],
  [{ NODEWREN_HTTP_URL: "ftp://host" }, "http.url", /a URL that begins with "https:/],
  [{ NODEWREN_LAMBDA_TIMEOUT_MS: "1500" }, "lambda.timeoutMs", /whole seconds/],
  [{ NODEWREN_LAMBDA_RUNTIME: "nodejs20.x" }, "lambda.runtime", /nodejs22\.x/],
  [{ NODEWREN_LAMBDA_ENV: "A=1" }, "lambda.env", /an object of texts/],
  [{ NODEWREN_LAMBDA_ENV: '{"AWS_REGION":"x"}' }, "lambda.env", /none of them one that Lambda/],
  [{ NODEWREN_LAMBDA_LAYERS: "sharp" }, "lambda.layers", /at most 5/],
  [{ NODEWREN_S3_FORCE_PATH_STYLE: "yes" }, "s3.forcePathStyle", /true or false/],
  [{ NODEWREN_ENDPOINT: "localhost:9000" }, "endpoint", /URL/],
  [{ NODEWREN_STORE: "gcs://bucket" }, "store", /s3:\/\/bucket\/prefix/],
  [{ NODEWREN_STORE: "gs://Bucket" }, "store", /gs:\/\/bucket\/prefix/],
  [{ NODEWREN_STORE: "gs://bucket/a//b" }, "store", /gs:\/\/bucket\/prefix/],
  [{ NODEWREN_STORE: "azure://account" }, "store", /azure:\/\/account\/container\/prefix/],
  [{ NODEWREN_STORE: "azure://account/container/../a" }, "store", /azure:\/\/account\/container\/prefix/],
  [{ NODEWREN_AZURE_ENDPOINT: "localhost:10000" }, "azure.endpoint", /URL/],
  [{ NODEWREN_STORE: "s3://Bucket" }, "store", /s3:\/\/bucket\/prefix/],
  [{ NODEWREN_STORE: "s3://bucket/a//b" }, "store", /s3:\/\/bucket\/prefix/],
  [{ NODEWREN_STORE: "s3://bucket/a*" }, "store", /s3:\/\/bucket\/prefix/],
])("refuses the variable %j", (env, option, message) => {
  expect(() => load({ env })).toThrow(expect.objectContaining({ code: "OPTION", option }));
  expect(() => load({ env })).toThrow(message);
});

it.each([
  [
    { regoin: "eu-west-1" },
    "regoin",
    /no setting regoin, found in .*nodewren\.config\.json\. Did you mean region\? There are: backend, /,
  ],
  [{ lambda: { memory: 5 } }, "lambda.memory", /There are: lambda\.functionName, /],
  [{ "lambda.memoryMb": 512, lambda: 5 }, "lambda", /Setting lambda of .* must be an object, but is 5/],
  [{ lambda: { memoryMb: "512" } }, "lambda.memoryMb", /Setting lambda\.memoryMb of .* \(MiB\), but is "512"/],
  [{ lambda: { memoryMb: null } }, "lambda.memoryMb", /but is null/],
  [[], "config", /must be an object, but is \[\]/],
  [{ lambda: { functionName: "a b" } }, "lambda.functionName", /letters/],
  [{ lambda: { logRetentionDays: 2 } }, "lambda.logRetentionDays", /one of 1, 3/],
])("refuses the file %j", (file, option, message) => {
  expect(() => load({ file })).toThrow(expect.objectContaining({ code: "OPTION", option }));
  expect(() => load({ file })).toThrow(message);
});

it("refuses in code what it refuses in a file", () => {
  expect(() => load({ code: { workers: 0 } })).toThrow(/Setting workers of the options must be an integer/);
});
