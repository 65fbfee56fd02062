/** Every store of this machine, through the one contract, and across processes. */
import { FileStore } from "nodewren";
import { describe, expect, it } from "vitest";
import { newFolder } from "../support/folders.js";
import { MemoryStore } from "../support/memory-store.js";
import { newS3Double, newS3Store } from "../support/s3-stores.js";
import { runScript } from "../support/scripts.js";
import { describeStore, keysOf } from "./store-contract.js";

describeStore("FileStore", () => {
  const folder = newFolder();
  return { store: new FileStore(`${folder}/not/made/yet`), reopen: () => new FileStore(`${folder}/not/made/yet`) };
});

describeStore("MemoryStore", () => ({ store: new MemoryStore() }));

describeStore("S3Store on the double", async () => {
  const double = await newS3Double();
  const bucket = double.createBucket();
  return { store: newS3Store(double, { bucket }), reopen: () => newS3Store(double, { bucket }) };
});

describeStore("S3Store on the double, below a prefix among others", async () => {
  const double = await newS3Double();
  const bucket = double.createBucket();
  for (const prefix of ["", "a", "a/bc", "z"])
    await newS3Store(double, { bucket, prefix }).put("neighbour", Buffer.of(1));
  const make = () => newS3Store(double, { bucket, prefix: "a/b" });
  return { store: make(), reopen: make };
});

describe("FileStore, from several processes at once", () => {
  it("creates each key exactly once", async () => {
    const folder = newFolder();
    const keys = 200;
    const script = `
      import { FileStore } from "nodewren";
      const store = new FileStore(${JSON.stringify(folder)});
      const start = ${Date.now() + 700};
      while (Date.now() < start);
      const won = [];
      for (let i = 0; i < ${keys}; i++)
        if (await store.putIfAbsent("race/" + i, Buffer.from(String(process.pid)))) won.push(i);
      console.log(JSON.stringify({ pid: process.pid, won }));
    `;
    const runs = await Promise.all([1, 2, 3, 4].map(() => runScript(script).ended));
    const claims = runs.map(({ stdout }) => JSON.parse(stdout) as { pid: number; won: number[] });
    const all = claims.flatMap(({ won }) => won).sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: keys }, (_, i) => i));
    const store = new FileStore(folder);
    for (const { pid, won } of claims)
      for (const i of won)
        expect(Buffer.from((await store.get(`race/${i}`)) as Uint8Array).toString()).toBe(String(pid));
    expect(await keysOf(store, "race/")).toHaveLength(keys);
  });
});
