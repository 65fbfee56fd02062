import { GcsStore, type GcsStoreOptions } from "nodewren";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openStore } from "../../../../src/stores/open.js";

const options = (more: object = {}) => ({ bucket: "bucket", ...more }) as GcsStoreOptions;

beforeEach(() => void vi.stubEnv("STORAGE_EMULATOR_HOST", undefined));
afterEach(() => void vi.unstubAllEnvs());

describe("options that cannot be right are refused", () => {
  it.each([
    ["bucket", undefined],
    ["bucket", "Upper"],
    ["bucket", "ab/c"],
    ["bucket", "-abc"],
    ["prefix", "/a"],
    ["endpoint", "ftp://127.0.0.1"],
    ["endpoint", "https://host/?token=HUSH"],
    ["credentials", "HUSH"],
    ["credentials", null],
    ["credentials", { token: "HUSH" }],
    ["timeoutMs", 0],
  ])("%s: %j", (name, value) => {
    const refusal = { name: "OptionError", option: name, message: expect.stringMatching(`^(?!.*HUSH).*${name}`) };
    expect(() => new GcsStore(options({ [name]: value }))).toThrow(expect.objectContaining(refusal));
  });
});

describe("a URL", () => {
  it.each([
    ["gs://bucket", ""],
    ["gs://bucket/runs", "runs/"],
    ["gs://bucket/team/run s/", "team/run s/"],
  ])("%s", (url, prefix) => {
    expect(GcsStore.fromUrl(url).descriptor).toMatchObject({ bucket: "bucket", prefix });
  });

  it.each(["", "gs://", "gs:///a", "gcs://bucket", "s3://bucket"])("is refused: %j", (url) => {
    expect(() => GcsStore.fromUrl(url)).toThrow(expect.objectContaining({ name: "OptionError", option: "url" }));
  });
});

describe("the descriptor", () => {
  it("has all that opens the store elsewhere, and no credentials", async () => {
    const credentials = { getAccessToken: async () => "HUSH" };
    const store = new GcsStore(options({ prefix: "a", endpoint: "http://h:1", credentials, timeoutMs: 7 }));
    expect(JSON.stringify(store.descriptor)).not.toMatch(/HUSH|credential/i);
    expect((await openStore(JSON.parse(JSON.stringify(store.descriptor)))).descriptor).toEqual(store.descriptor);
  });

  it.each(["http://127.0.0.1:4443", "127.0.0.1:4443"])("takes the emulator from Google's variable: %s", (host) => {
    vi.stubEnv("STORAGE_EMULATOR_HOST", host);
    expect(new GcsStore(options()).descriptor.endpoint).toBe("http://127.0.0.1:4443");
  });
});
