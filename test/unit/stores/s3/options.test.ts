import { S3Store, type S3StoreOptions } from "nodewren";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openStore } from "../../../../src/stores/open.js";

const options = (more: object = {}) => ({ bucket: "bucket", ...more }) as S3StoreOptions;

beforeEach(() => {
  for (const name of ["AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"]) vi.stubEnv(name, undefined);
});

afterEach(() => void vi.unstubAllEnvs());

describe("options that cannot be right are refused", () => {
  it.each([
    ["bucket", undefined],
    ["bucket", ""],
    ["bucket", "a/b"],
    ["bucket", "ab"],
    ["bucket", "x".repeat(64)],
    ["prefix", "/a"],
    ["prefix", "a//b"],
    ["prefix", "a/../b"],
    ["prefix", "a/.."],
    ["prefix", 5],
    ["region", ""],
    ["endpoint", "127.0.0.1:9000"],
    ["endpoint", "ftp://127.0.0.1"],
    ["forcePathStyle", "yes"],
    ["credentials", "AKIA:secret"],
    ["credentials", null],
    ["credentials", { accessKeyId: "AKIA" }],
    ["maxRequests", 0],
    ["maxRequests", 1.5],
    ["timeoutMs", -1],
    ["timeoutMs", Infinity],
    ["partBytes", 1000],
  ])("%s: %j", (name, value) => {
    expect(() => new S3Store(options({ [name]: value }))).toThrow(
      expect.objectContaining({ name: "OptionError", option: name, message: expect.stringContaining(name) }),
    );
  });

  it("and so are unknown ones, and what is none", () => {
    expect(() => new S3Store(options({ buckets: 1 }))).toThrow(
      /no option buckets. Did you mean bucket\? It has: bucket, prefix/,
    );
    expect(() => new S3Store("s3://bucket" as never)).toThrow(/takes an object/);
  });

  it("without showing what may be a secret", () => {
    const wrong = { accessKeyId: "AKIA", secretAccessKey: 5, sessionToken: "hush" };
    expect(() => new S3Store(options({ credentials: wrong }))).toThrow(/^(?!.*hush)(?!.*AKIA)/s);
  });
});

describe("a URL", () => {
  it.each([
    ["s3://bucket", ""],
    ["s3://bucket/", ""],
    ["s3://bucket/runs", "runs/"],
    ["s3://bucket/team/run s/", "team/run s/"],
  ])("%s", (url, prefix) => {
    expect(S3Store.fromUrl(url).descriptor).toMatchObject({ bucket: "bucket", prefix });
  });

  it.each(["", "bucket", "s3:/bucket", "s3://", "s3:///a", "https://bucket", undefined])("is refused: %j", (url) => {
    expect(() => S3Store.fromUrl(url as string)).toThrow(
      expect.objectContaining({ name: "OptionError", option: "url" }),
    );
  });
});

describe("the descriptor", () => {
  const secret = { accessKeyId: "AKIA-HUSH", secretAccessKey: "HUSH", sessionToken: "HUSH" };

  it("has all that opens the store elsewhere, and no credentials", async () => {
    const store = new S3Store(options({ prefix: "a", endpoint: "http://h:1", credentials: secret, timeoutMs: 7 }));
    expect(JSON.stringify(store.descriptor)).not.toMatch(/HUSH|credential/i);
    expect((await openStore(JSON.parse(JSON.stringify(store.descriptor)))).descriptor).toEqual(store.descriptor);
  });

  it("takes region and endpoint from the variables of the AWS SDK", () => {
    vi.stubEnv("AWS_REGION", "eu-north-1");
    expect(new S3Store(options()).descriptor).toMatchObject({ region: "eu-north-1", forcePathStyle: false });
    expect(new S3Store(options({ region: "us-west-2" })).descriptor.region).toBe("us-west-2");
    vi.stubEnv("AWS_ENDPOINT_URL", "http://one:1");
    expect(new S3Store(options()).descriptor).toMatchObject({ endpoint: "http://one:1", forcePathStyle: true });
    vi.stubEnv("AWS_ENDPOINT_URL_S3", "http://two:2");
    expect(new S3Store(options()).descriptor.endpoint).toBe("http://two:2");
    vi.stubEnv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    expect(new S3Store(options()).descriptor).not.toHaveProperty("endpoint");
  });
});
