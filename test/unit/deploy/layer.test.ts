/** @module-tag long */
import { createHash } from "node:crypto";
import { unzipSync } from "fflate";
import { expect, it } from "vitest";
import { HANDLER, lambdaZip, zipOf } from "../../../src/deploy/layer.js";
import { runNode } from "../../support/run-script.js";

/** What the design allows, 300 kB; more would show in the time that functions take to start. */
const MAX_ZIP_BYTES = 300_000;

/** With what only loads where a call starts a job. */
const MAX_NESTED_ZIP_BYTES = 900_000;

it("holds the worker, its watchdog and nothing else, and is small", async () => {
  const { bytes, sha256 } = await lambdaZip();
  const files = unzipSync(bytes);
  expect(Object.keys(files)).toEqual(["index.js", "package.json", "watchdog.js"]);
  expect(HANDLER.split(".")[0]).toBe("index");
  expect(bytes.byteLength).toBeLessThan(MAX_ZIP_BYTES);
  expect(sha256).toBe(createHash("sha256").update(bytes).digest("base64"));
});

it("has this package beside it for calls that start jobs, where that is asked for, and the same worker", async () => {
  const [plain, nested] = await Promise.all([lambdaZip(), lambdaZip({ nestedMaps: true })]);
  const [worker, files] = [unzipSync(plain.bytes), unzipSync(nested.bytes)];
  const own = ["node_modules/nodewren/index.js", "node_modules/nodewren/package.json"];
  expect(Object.keys(files)).toEqual([...Object.keys(worker), ...own].sort());
  for (const [name, bytes] of Object.entries(worker)) expect(files[name]).toEqual(bytes);
  expect(nested.bytes.byteLength).toBeLessThan(MAX_NESTED_ZIP_BYTES);
});

it("is the same in every time zone and at every time", async () => {
  const script = `
    import { lambdaZip } from "./dist/src/deploy/layer.js";
    Date.now = () => 1e12;
    console.log((await lambdaZip()).sha256, new Date(2020, 6, 1).getTimezoneOffset());`;
  const zones = ["UTC", "Asia/Kathmandu", "America/Los_Angeles", "Pacific/Kiritimati"];
  const runs = await Promise.all(
    zones.map((TZ) => runNode(["--input-type=module", "--eval", script], { env: { TZ } })),
  );
  const told = runs.map(({ stdout }) => stdout.trim().split(" "));
  expect(new Set(told.map(([, offset]) => offset)).size).toBe(zones.length);
  expect(new Set(told.map(([sha256]) => sha256))).toEqual(new Set([(await lambdaZip()).sha256]));
});

it("depends on names and bytes, and not on their order", () => {
  const [a, b] = [Buffer.from("a".repeat(1000)), Buffer.from("b")];
  const zip = zipOf(
    new Map([
      ["a", a],
      ["b", b],
    ]),
  );
  expect(
    zipOf(
      new Map([
        ["b", b],
        ["a", a],
      ]),
    ),
  ).toEqual(zip);
  expect(
    zipOf(
      new Map([
        ["a", b],
        ["b", a],
      ]),
    ),
  ).not.toEqual(zip);
  expect(zip.byteLength).toBeLessThan(400);
});

it("has files that every user may read, of no time", () => {
  const zip = Buffer.from(zipOf(new Map([["a", Buffer.from("text")]])));
  // Of the central directory's entry (PKWARE, APPNOTE 4.3.12): system that made it, time and date, attributes.
  const entry = zip.indexOf("PK\x01\x02");
  expect(zip[entry + 5]).toBe(3);
  expect(zip.readUInt32LE(entry + 12)).toBe(((0 << 25) | (1 << 21) | (1 << 16) | (12 << 11)) >>> 0);
  expect(zip.readUInt32LE(entry + 38) >>> 16).toBe(0o100644);
});
