/** Items as inputs and results: encoded on one side, read on the other. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ClassRegistry } from "../../../src/codec/classes.js";
import { decode, encode } from "../../../src/codec/codec.js";
import { CaptureError, CodecError, OptionError } from "../../../src/errors.js";
import { checkDescriptor, type ItemDescriptor } from "../../../src/inputs/descriptor.js";
import { files } from "../../../src/inputs/files.js";
import { InputItem } from "../../../src/inputs/item.js";
import { checkItems, itemClasses, itemOfToken, itemToken } from "../../../src/inputs/item-classes.js";
import { OpenBuckets } from "../../../src/inputs/object-content.js";
import { objects } from "../../../src/inputs/objects.js";
import { checkReach } from "../../../src/inputs/source.js";
import { newFolder } from "../../support/folders.js";
import { all } from "../../support/items.js";

const access = { buckets: new OpenBuckets(), store: undefined };

async function newItems(): Promise<InputItem[]> {
  const cwd = newFolder();
  writeFileSync(join(cwd, "a.txt"), "a\nb\n");
  return all(files("a.txt", { cwd, splitCount: 2 }));
}

it("items arrive with their methods, wherever they stand, beside instances of other classes", async () => {
  class Point {
    constructor(readonly x: number) {}
  }
  const others = new ClassRegistry();
  others.register(Point);
  const classes = itemClasses(access, "machine", others);
  const [, second] = await newItems();
  const bytes = encode({ list: [second, second], point: new Point(3) }, { classes });
  const { list, point } = decode(bytes, { classes }) as { list: InputItem[]; point: Point };
  expect(list[0]).toBeInstanceOf(InputItem);
  expect(list[1]).toBe(list[0]);
  expect(point).toEqual(new Point(3));
  expect([list[0]?.key, list[0]?.size, list[0]?.range]).toEqual(["a.txt", 4, { start: 2, end: 4 }]);
  expect(await list[0]?.text()).toBe("b\n");
});

it("an item arrives that a function closes over", async () => {
  const [first] = (await newItems()) as [InputItem];
  expect(await itemOfToken(itemToken(first), access)?.text()).toBe("a\n");
  expect(itemOfToken("0".repeat(64), access)).toBeUndefined();
});

it("files of this machine are refused by name for workers elsewhere", async () => {
  const [first] = (await newItems()) as [InputItem];
  const classes = itemClasses(access, "network");
  const encoding = () => encode({ file: first }, { classes, root: "inputs[3]" });
  expect(encoding).toThrow(CodecError);
  expect(encoding).toThrow(/inputs\[3\]\.file: It is the file a\.txt.*executor\.upload/);
  expect(() => checkItems([first], "network")).toThrow(CaptureError);
  expect(() => checkItems([first], "machine")).not.toThrow();
  expect(() => checkReach(files("*"), "network")).toThrow(OptionError);
  expect(() => checkReach(files("*"), "network")).toThrow("executor.map(fn, await executor.upload(globs))");
  for (const inputs of [objects("s3://bucket/a"), [1]]) expect(() => checkReach(inputs, "network")).not.toThrow();
});

it("credentials do not travel, and a bucket's place does", async () => {
  const credentials = { accessKeyId: "ID", secretAccessKey: "SECRET" };
  const origin = (await import("../../../src/stores/s3/bucket-objects.js")).BucketObjects;
  const { place } = new origin({ bucket: "bucket", endpoint: "http://127.0.0.1:1", region: "r", credentials });
  expect(place).toEqual({
    bucket: "bucket",
    region: "r",
    endpoint: "http://127.0.0.1:1",
    forcePathStyle: true,
    timeoutMs: expect.any(Number),
  });
});

const RIGHT: ItemDescriptor = {
  key: "a",
  size: 1,
  range: { start: 0, end: 1 },
  by: "line",
  decompress: true,
  origin: { kind: "stored", blockBytes: 1, blocks: ["0"] },
};

it.each<[string, unknown]>([
  ["nothing", undefined],
  ["a text", "a"],
  ["no key", { ...RIGHT, key: 1 }],
  ["a size below 0", { ...RIGHT, size: -1 }],
  ["half a range", { ...RIGHT, range: { start: 0 } }],
  ["another kind", { ...RIGHT, origin: { kind: "toString" } }],
  ["no origin", { ...RIGHT, origin: null }],
  ["blocks of 0 bytes", { ...RIGHT, origin: { kind: "stored", blockBytes: 0, blocks: [] } }],
  ["a bucket without a name", { ...RIGHT, origin: { kind: "object", place: {}, etag: "" } }],
  ["a file without a time", { ...RIGHT, origin: { kind: "file", path: "/a" } }],
])("a descriptor with %s is damaged", (_what, value) => {
  expect(checkDescriptor(RIGHT)).toBe(RIGHT);
  expect(() => checkDescriptor(value)).toThrow(CodecError);
});
