/**
 * Azure Blob Storage as Microsoft's own emulator has it: the contract of stores, and whole jobs.
 *
 * @module-tag long
 */
import { AzureBlobStore, Executor } from "nodewren";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { AZURITE_MS, type Azurite, newAzuriteStore, noAzurite, startAzurite } from "../support/azurite/azurite.js";
import { describeStore, keysOf } from "./store-contract.js";

describe.skipIf(noAzurite)("azurite", () => {
  let server: Azurite;

  beforeAll(async () => {
    server = await startAzurite();
  }, AZURITE_MS);
  afterAll(() => server?.close());
  afterEach(() => void vi.unstubAllEnvs());

  describeStore("AzureBlobStore on azurite", async () => {
    const container = await server.newContainer();
    const make = () => newAzuriteStore(server, { container });
    return { store: make(), reopen: make };
  });

  describeStore("AzureBlobStore on azurite, below a prefix among others", async () => {
    const container = await server.newContainer();
    for (const prefix of ["", "a", "a/bc", "z"])
      await newAzuriteStore(server, { container, prefix }).put("neighbour", Buffer.of(1));
    const make = () => newAzuriteStore(server, { container, prefix: "a/b" });
    return { store: make(), reopen: make };
  });

  it("of many writers of a key exactly one is told that it was first", async () => {
    const container = await server.newContainer();
    const store = newAzuriteStore(server, { container });
    for (let race = 0; race < 5; race++) {
      const key = `race/${race}`;
      const claims = Array.from({ length: 20 }, (_, i) => store.putIfAbsent(key, Buffer.from(String(i))));
      const winners = (await Promise.all(claims)).flatMap((isFirst, i) => (isFirst ? [String(i)] : []));
      expect(winners).toEqual([Buffer.from((await store.get(key)) as Uint8Array).toString()]);
    }
  });

  it("tells backslashes from slashes, and keeps their order", async () => {
    const store = newAzuriteStore(server, { container: await server.newContainer() });
    const keys = ["a/b", "aZ", "a[", "a[0", "a[1b", "a[b", "a\\", "a\\b", "a]", "ab"];
    for (const key of keys) await store.put(key, Buffer.from(key));
    expect(await keysOf(store, "")).toEqual(keys);
    expect(await keysOf(store, "a\\")).toEqual(["a\\", "a\\b"]);
    expect(await keysOf(store, "", "a[b")).toEqual(keys.slice(6));
    expect(Buffer.from((await store.get("a\\b")) as Uint8Array).toString()).toBe("a\\b");
  });

  it.each([
    ["a wrong key", { accountKey: Buffer.from("wrong").toString("base64") }, /AuthorizationFailure.*of that account/],
    ["a signature that is none", { sasToken: "sv=2021-12-02&sr=c&sp=r&sig=HUSH" }, /status 403/],
  ])("%s is refused with a word about it, and is not shown", async (_, credentials, message) => {
    const store = newAzuriteStore(server, { container: await server.newContainer(), credentials });
    const error = await store.get("key").catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: "StoreError", isTransient: false, message: expect.stringMatching(message) });
    expect(String((error as Error).message)).not.toContain("HUSH");
  });

  it("a container that is missing is refused with the command that makes it", async () => {
    const store = newAzuriteStore(server, { container: "none-such" });
    for (const act of [() => store.get("a"), () => store.put("a", Buffer.of(1)), () => keysOf(store, "")])
      await expect(act()).rejects.toThrow(/ContainerNotFound.*az storage container create .* --name none-such/);
  });

  it("runs a job whose workers take their credentials from the environment", async () => {
    vi.stubEnv("AZURE_STORAGE_CONNECTION_STRING", server.connectionString);
    const container = await server.newContainer();
    const place = `azure://${server.account}/${container}/runs`;
    const executor = new Executor({ store: place, workers: 2, progress: false });
    onTestFinished(() => executor.close());
    const job = executor.map(
      (x: number) => x * x,
      Array.from({ length: 20 }, (_, i) => i),
    );
    expect(await job).toEqual(Array.from({ length: 20 }, (_, i) => i * i));
    expect(
      await executor.mapReduce(
        (x: number) => x,
        [1, 2, 3],
        (a, b) => a + b,
      ),
    ).toBe(6);
    const output = `azure://${server.account}/${container}/out/`;
    expect(await executor.map((x: number) => ({ x }), [1, 2], { output, as: "jsonl" })).toBeDefined();
    const store = AzureBlobStore.fromUrl(`azure://${server.account}/${container}`);
    onTestFinished(() => store.close());
    expect(await keysOf(store, "out/")).toContain("out/manifest.json");
    const secret = /AccountKey=([^;]+)/.exec(server.connectionString)?.[1] as string;
    for (const key of await keysOf(store, ""))
      expect(Buffer.from((await store.get(key)) as Uint8Array).includes(secret), key).toBe(false);
    const other = new Executor({ store: place, workers: 1, progress: false });
    onTestFinished(() => other.close());
    expect(await other.attach(job.id)).toEqual(await job);
  });
});
