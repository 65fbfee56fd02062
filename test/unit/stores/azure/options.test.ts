import { AzureBlobStore, type AzureBlobStoreOptions } from "nodewren";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openStore } from "../../../../src/stores/open.js";

const options = (more: object = {}) =>
  ({ account: "account", container: "container", ...more }) as AzureBlobStoreOptions;

const VARIABLES = ["CONNECTION_STRING", "KEY", "SAS_TOKEN", "ACCOUNT"].map((name) => `AZURE_STORAGE_${name}`);

beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
});

afterEach(() => void vi.unstubAllEnvs());

describe("options that cannot be right are refused", () => {
  it.each([
    ["account", undefined],
    ["account", "Big"],
    ["account", "with-hyphen"],
    ["container", ""],
    ["container", "ab"],
    ["container", "a--b"],
    ["container", "-ab"],
    ["container", "Upper"],
    ["prefix", "/a"],
    ["prefix", "a/../b"],
    ["endpoint", "127.0.0.1:10000"],
    ["endpoint", "https://account.blob.core.windows.net/?sv=1&sig=HUSH"],
    ["endpoint", "https://me:HUSH@host"],
    ["credentials", "HUSH"],
    ["credentials", null],
    ["credentials", { accountKey: 5, other: "HUSH" }],
    ["maxRequests", 0],
    ["timeoutMs", -1],
  ])("%s: %j", (name, value) => {
    const refusal = { name: "OptionError", option: name, message: expect.stringMatching(`^(?!.*HUSH).*${name}`) };
    expect(() => new AzureBlobStore(options({ [name]: value }))).toThrow(expect.objectContaining(refusal));
  });

  it("and so are unknown ones", () => {
    expect(() => new AzureBlobStore(options({ bucket: 1 }))).toThrow(/no option bucket. It has: account, container/);
  });
});

describe("a URL", () => {
  it.each([
    ["azure://account/container", ""],
    ["azure://account/container/", ""],
    ["azure://account/container/runs", "runs/"],
    ["azure://account/container/team/run s/", "team/run s/"],
  ])("%s", (url, prefix) => {
    const { descriptor } = AzureBlobStore.fromUrl(url);
    expect(descriptor).toMatchObject({ account: "account", container: "container", prefix });
  });

  it.each(["", "azure://account", "azure://account/", "azure:///container", "azure://a/b", "s3://account/container"])(
    "is refused: %j",
    (url) => {
      expect(() => AzureBlobStore.fromUrl(url)).toThrow(
        expect.objectContaining({ name: "OptionError", option: "url" }),
      );
    },
  );
});

describe("the descriptor", () => {
  it("has all that opens the store elsewhere, and no credentials", async () => {
    const endpoint = "https://account.blob.core.chinacloudapi.cn";
    const store = new AzureBlobStore(
      options({ prefix: "a", endpoint, credentials: { accountKey: "HUSH" }, timeoutMs: 7 }),
    );
    expect(JSON.stringify(store.descriptor)).not.toMatch(/HUSH|credential/i);
    expect((await openStore(JSON.parse(JSON.stringify(store.descriptor)))).descriptor).toEqual(store.descriptor);
  });

  it("takes the endpoint from a connection string of the same account, and nothing else", () => {
    const endpoint = "http://127.0.0.1:10000/account";
    vi.stubEnv("AZURE_STORAGE_CONNECTION_STRING", `AccountName=account;AccountKey=HUSH;BlobEndpoint=${endpoint}`);
    const { descriptor } = new AzureBlobStore(options());
    expect(descriptor).toEqual({
      kind: "azure",
      account: "account",
      container: "container",
      prefix: "",
      endpoint,
      timeoutMs: 20_000,
    });
    expect(new AzureBlobStore(options({ account: "other" })).descriptor.endpoint).toBeUndefined();
  });
});
