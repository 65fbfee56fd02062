import { expect, it } from "vitest";
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
