import { describe, expect, it } from "vitest";
import { parseStoreLocation } from "../../../src/config/store-location.js";
import { isWithin, placeText } from "../../../src/util/store-place.js";

describe("the text of a place", () => {
  it.each([
    "s3://bucket/",
    "s3://bucket/a/b/",
    "azure://account/container/",
    "azure://account/container/a/b/",
    "gs://bucket/",
    "gs://bucket/a/b/",
    "/folder/of/mine",
  ])("%s is read and written alike", (text) => {
    const place = parseStoreLocation(text, "/");
    expect(place && placeText(place)).toBe(text);
    expect(placeText(JSON.parse(JSON.stringify(place)))).toBe(text);
  });

  it("is none for a store of the user's making", () => {
    expect(placeText({ kind: "mine" })).toBeUndefined();
  });
});

describe("a place within another", () => {
  const place = (text: string) => parseStoreLocation(text, "/") as { kind: string };

  it.each([
    ["azure://account/container/a/b", "azure://account/container/a", true],
    ["azure://account/container/a", "azure://account/container", true],
    ["azure://account/container/ab", "azure://account/container/a", false],
    ["azure://account/other1/a", "azure://account/container", false],
    ["azure://account2/container/a", "azure://account/container", false],
    ["gs://bucket/a/b", "gs://bucket/a", true],
    ["gs://bucket/a", "s3://bucket/a", false],
    ["gs://other/a", "gs://bucket", false],
    ["/a", "/a", true],
    ["/a/b", "/a", false],
  ])("%s in %s: %s", (inner, outer, is) => {
    expect(isWithin(place(inner), place(outer))).toBe(is);
  });
});
