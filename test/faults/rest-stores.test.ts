/** What can go wrong between a store of Azure or Google and its service, and what the store makes of it. */
import { type AzureBlobStore, Executor, type GcsStore } from "nodewren";
import { describe, expect, it, onTestFinished } from "vitest";
import { newAzureDouble } from "../support/rest-double/azure.js";
import { GCS_BUCKET, newGcsDouble } from "../support/rest-double/gcs.js";
import type { RestDouble, RestDoubleOptions } from "../support/rest-double/server.js";
import { newAzureStore, newGcsStore } from "../support/rest-double/stores.js";

const bytes = (text: string) => Buffer.from(text);
const textOf = (body: Uint8Array | undefined) => body && Buffer.from(body).toString();

interface Made {
  double: RestDouble;
  store: AzureBlobStore | GcsStore;
}

type Make = (options?: RestDoubleOptions & { timeoutMs?: number }) => Promise<Made>;

const makeAzure: Make = async ({ timeoutMs, ...options } = {}) => {
  const double = await newAzureDouble(options);
  return { double, store: newAzureStore({ endpoint: double.endpoint, timeoutMs }) };
};

const makeGcs: Make = async ({ timeoutMs, ...options } = {}) => {
  const double = await newGcsDouble(options);
  return { double, store: newGcsStore({ bucket: GCS_BUCKET, endpoint: double.endpoint, timeoutMs }) };
};

describe.each([
  { name: "AzureBlobStore", make: makeAzure, condition: "If-None-Match: \\*" },
  { name: "GcsStore", make: makeGcs, condition: "ifGenerationMatch=0" },
])("$name", ({ make, condition }) => {
  it("knows its own object again when the answer to a write was lost", async () => {
    const { double, store } = await make();
    double.fail({ operation: "write", fault: "reset after" });
    expect(await store.putIfAbsent("key", bytes("mine"))).toBe(true);
    expect(double.count("look")).toBe(1);
  });

  it("does not take another's object for its own after a try that failed", async () => {
    const { double, store } = await make();
    await store.put("key", bytes("theirs"));
    double.fail({ operation: "write", fault: "reset before" });
    expect(await store.putIfAbsent("key", bytes("mine"))).toBe(false);
    expect(textOf(await store.get("key"))).toBe("theirs");
  });

  it.each(["write", "read", "list", "remove"] as const)("waits out a server that is busy: %s", async (operation) => {
    const { double, store } = await make();
    await store.put("key", bytes("body"));
    double.fail({ operation, status: 503, times: 3 });
    await store.put("key", bytes("body"));
    expect(textOf(await store.get("key"))).toBe("body");
    for await (const entry of store.list("")) expect(entry).toEqual({ key: "key", bytes: 4 });
    await store.delete("key");
    expect(await store.get("key")).toBeUndefined();
  });

  it.each(["corrupt", "reset in body"] as const)("reads again what came damaged: %s", async (fault) => {
    const { double, store } = await make();
    await store.put("key", bytes("a body of some length"));
    double.fail({ operation: "read", fault });
    expect(textOf(await store.get("key"))).toBe("a body of some length");
    expect(double.count("read")).toBe(2);
  });

  it("gives up a body that is damaged each time", async () => {
    const { double, store } = await make();
    await store.put("key", bytes("body"));
    double.fail({ operation: "read", fault: "corrupt", times: 9 });
    await expect(store.get("key")).rejects.toMatchObject({ isTransient: true, message: /MD5/ });
    expect(double.count("read")).toBe(3);
  });

  it.each(["silence", "slow body"] as const)("does not wait for ever: %s", async (fault) => {
    const { double, store } = await make({ timeoutMs: 200 });
    await store.put("key", bytes("a body of some length"));
    double.fail({ operation: "read", fault, times: 9 });
    await expect(store.get("key")).rejects.toMatchObject({ name: "StoreError", isTransient: true });
    expect(double.count("read")).toBe(3);
  });

  it("takes a web page for none of the service's answers", async () => {
    const { double, store } = await make();
    await store.put("key", bytes("body"));
    double.fail({ operation: "read", fault: "page" });
    await expect(store.get("key")).rejects.toThrow(/is it a web page or a proxy/);
    double.fail({ operation: "write", fault: "page" });
    await expect(store.putIfAbsent("key", bytes("body"))).rejects.toThrow(/is it a web page or a proxy/);
  });

  it("fails what is under way when it is closed, and opens again", async () => {
    const { double, store } = await make();
    await store.put("key", bytes("body"));
    double.fail({ operation: "read", fault: "silence" });
    const read = store.get("key");
    const refused = expect(read).rejects.toThrow(/closed meanwhile/);
    await expect.poll(() => double.count("read")).toBe(1);
    await store.close();
    await refused;
    expect(textOf(await store.get("key"))).toBe("body");
  });

  it.each([
    ["ignored", "ignores"],
    ["unknown", "does not know"],
  ] as const)(
    "refuses a server whose conditions are %s, at the first write and at all that follow",
    async (conditions, how) => {
      const { double, store } = await make({ conditions });
      const refusal = {
        name: "StoreError",
        isTransient: false,
        message: expect.stringMatching(new RegExp(`${how} the condition of writes \\(${condition}\\)`)),
      };
      await expect(store.putIfAbsent("key", bytes("body"))).rejects.toMatchObject(refusal);
      const writes = double.count("write");
      await expect(store.putIfAbsent("other", bytes("body"))).rejects.toMatchObject(refusal);
      expect(double.count("write")).toBe(writes);
      // Without a condition it is as good as any.
      await store.put("plain", bytes("body"));
      const executor = new Executor({ store, workers: 1, progress: false });
      onTestFinished(() => executor.close());
      await expect(executor.map((x: number) => x, [1, 2])).rejects.toThrow(/the condition of writes/);
    },
  );

  it("asks a server that keeps them once", async () => {
    const { double, store } = await make();
    await Promise.all(["a", "b", "c"].map((key) => store.putIfAbsent(key, bytes(key))));
    expect(double.count("write")).toBe(4);
  });
});

describe("a bucket that is missing", () => {
  it("of Google is refused with the command that makes it", async () => {
    const { endpoint } = await newGcsDouble();
    const store = newGcsStore({ bucket: "none-such", endpoint });
    await expect(store.put("a", bytes("b"))).rejects.toThrow(/gcloud storage buckets create gs:\/\/none-such/);
  });
});

describe("tokens", () => {
  it("of Google are asked for at each request, and are refused with a word", async () => {
    const tokens = new Set(["first", "second"]);
    const { endpoint } = await newGcsDouble({ tokens });
    let token = "first";
    const store = newGcsStore({ bucket: GCS_BUCKET, endpoint, credentials: { getAccessToken: async () => token } });
    await store.put("key", bytes("body"));
    token = "second";
    expect(textOf(await store.get("key"))).toBe("body");
    token = "wrong-HUSH";
    const error = await store.get("key").catch((thrown: Error) => thrown);
    expect((error as Error).message).toMatch(/status 401.*gcloud auth application-default login/);
    expect((error as Error).message).not.toContain("HUSH");
  });

  it("of Azure go as bearer tokens", async () => {
    const double = await newAzureDouble();
    const getToken = async (scope: string) => ({ token: `for ${scope}` });
    await newAzureStore({ endpoint: double.endpoint, credentials: { getToken } }).put("key", bytes("body"));
    expect(double.headers[0]?.authorization).toBe("Bearer for https://storage.azure.com/.default");
  });

  it("that are not to be had are no matter of patience, unless who gives them is out", async () => {
    const none = Object.assign(new Error("Could not load the default credentials.\nMore"), { code: "NONE" });
    const out = Object.assign(new Error("getaddrinfo"), {
      cause: Object.assign(new Error("x"), { code: "ENOTFOUND" }),
    });
    for (const [cause, isTransient] of [
      [none, false],
      [out, true],
    ] as const) {
      const fail = () => Promise.reject(cause);
      const { endpoint } = await newGcsDouble();
      const stores = [
        newGcsStore({ bucket: GCS_BUCKET, endpoint, credentials: { getAccessToken: fail } }),
        newAzureStore({ endpoint, credentials: { getToken: fail } }),
      ];
      for (const store of stores)
        await expect(store.get("key")).rejects.toMatchObject({
          name: "StoreError",
          isTransient,
          cause,
          message: expect.stringMatching(/^No token of .* was to be had \(.*login/),
        });
    }
  });

  it("are sent to no server without TLS, but on this machine", async () => {
    const endpoint = "http://storage.example";
    const azure = newAzureStore({ endpoint, credentials: { getToken: async () => ({ token: "t" }) } });
    await expect(azure.get("key")).rejects.toThrow(/no TLS/);
    const gcs = newGcsStore({ bucket: GCS_BUCKET, endpoint, credentials: { getAccessToken: async () => "t" } });
    await expect(gcs.get("key")).rejects.toThrow(/no TLS/);
  });
});
