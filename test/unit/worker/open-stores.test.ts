import { expect, it, vi } from "vitest";
import { OpenStores } from "../../../src/worker/open-stores.js";
import { newFolder } from "../../support/folders.js";

it("opens each store once, and tells when it does", async () => {
  const opened: unknown[] = [];
  const stores = new OpenStores(({ folder }) => opened.push(folder));
  const [a, b] = [newFolder(), newFolder()];
  const of = (folder: string) => stores.get({ kind: "file", folder, temporary: false });
  expect(await of(a)).toBe(await of(a));
  expect(await of(b)).not.toBe(await of(a));
  expect(opened).toEqual([a, b]);
});

it("tries again to open one that could not be opened", async () => {
  const tries: unknown[] = [];
  const stores = new OpenStores((descriptor) => tries.push(descriptor));
  for (const _try of [1, 2]) await expect(stores.get({ kind: "none" })).rejects.toThrow(/No store of kind "none"/);
  expect(tries).toHaveLength(2);
});

it("keeps one store of those that come with keys of a job, and closes it when other keys come", async () => {
  const stores = new OpenStores();
  const of = (secretAccessKey: string) =>
    stores.get({ kind: "s3", bucket: "bucket", credentials: { accessKeyId: "ASIA", secretAccessKey } });
  const first = await of("one");
  expect(await of("one")).toBe(first);
  const close = vi.spyOn(first, "close");
  const second = await of("two");
  expect(second).not.toBe(first);
  await vi.waitFor(() => expect(close).toHaveBeenCalledTimes(1));
  expect(await of("one")).not.toBe(first);
  await expect(stores.get({ kind: "none", credentials: {} })).rejects.toThrow(/No store of kind "none"/);
  expect(await of("two")).not.toBe(second);
});
