/** Every store of this machine, through the one contract, and across processes. @early as it takes long. */
import { FileStore } from "nodewren";
import { beforeAll, describe, expect, it } from "vitest";
import { newFolder } from "../support/folders.js";
import { MemoryStore } from "../support/memory-store.js";
import { noRealS3, REAL_S3_MS, type RealS3, realS3 } from "../support/real-s3.js";
import { GCS_BUCKET, newGcsDouble } from "../support/rest-double/gcs.js";
import { newGcsStore } from "../support/rest-double/stores.js";
import { newS3Double, newS3Store, type S3Server } from "../support/s3-stores.js";
import { runScript } from "../support/scripts.js";
import { describeStore, keysOf, type StoreUnderTest } from "./store-contract.js";

describeStore("FileStore", () => {
  const folder = newFolder();
  return { store: new FileStore(`${folder}/not/made/yet`), reopen: () => new FileStore(`${folder}/not/made/yet`) };
});

describeStore("MemoryStore", () => ({ store: new MemoryStore() }));

/** With neighbours whose names begin alike. */
function describeBelowPrefix(name: string, make: () => Promise<StoreUnderTest>): void {
  describe("below a prefix among others", { tags: ["long"] }, () => describeStore(name, make));
}

type Start = () => Promise<{ server: S3Server; bucket: string }>;

function describeS3Store(name: string, start: Start): void {
  describeStore(name, async () => {
    const { server, bucket } = await start();
    const make = () => newS3Store(server, { bucket });
    return { store: make(), reopen: make };
  });
}

function describePrefixedS3Store(name: string, start: Start): void {
  describeBelowPrefix(name, async () => {
    const { server, bucket } = await start();
    for (const prefix of ["", "a", "a/bc", "z"])
      await newS3Store(server, { bucket, prefix }).put("neighbour", Buffer.of(1));
    const make = () => newS3Store(server, { bucket, prefix: "a/b" });
    return { store: make(), reopen: make };
  });
}

const startDouble: Start = async () => {
  const server = await newS3Double();
  return { server, bucket: server.createBucket() };
};

describeS3Store("S3Store on the double", startDouble);
describePrefixedS3Store("S3Store on the double", startDouble);

describeStore("GcsStore on the double", async () => {
  const { endpoint } = await newGcsDouble();
  const make = () => newGcsStore({ bucket: GCS_BUCKET, endpoint });
  return { store: make(), reopen: make };
});

describeBelowPrefix("GcsStore on the double", async () => {
  const { endpoint } = await newGcsDouble();
  for (const prefix of ["", "a", "a/bc", "z"])
    await newGcsStore({ bucket: GCS_BUCKET, endpoint, prefix }).put("neighbour", Buffer.of(1));
  const make = () => newGcsStore({ bucket: GCS_BUCKET, endpoint, prefix: "a/b" });
  return { store: make(), reopen: make };
});

describe.skipIf(noRealS3)("radosgw", () => {
  let server: RealS3;
  beforeAll(async () => {
    server = (await realS3()) as RealS3;
  }, REAL_S3_MS);

  const start = async () => ({ server, bucket: await server.newBucket() });
  describeS3Store("S3Store on radosgw", start);
  describePrefixedS3Store("S3Store on radosgw", start);
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
