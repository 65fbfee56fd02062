import { expect, it } from "vitest";
import { isRegionKnown, pricesOf } from "../../../src/cost/prices.js";

it("are those of the region and the processor", () => {
  expect(pricesOf({ region: "us-east-1", architecture: "x86_64" })).toMatchObject({
    gbSecond: 0.0000166667,
    invocation: 0.2e-6,
    storeRead: 0.0004 / 1000,
    storeWrite: 0.005 / 1000,
    diskGbSecond: 30.9e-9,
    workerHour: 0,
  });
  expect(pricesOf({ region: "eu-west-1", architecture: "arm64" }).gbSecond).toBe(0.0000133334);
  expect(pricesOf({ region: "eu-central-1", architecture: "arm64" }).storeWrite).toBe(0.0054 / 1000);
  expect(pricesOf({ region: "eu-south-1", architecture: "arm64" })).toMatchObject({
    gbSecond: 0.0000156138,
    invocation: 0.23e-6,
  });
});

it("are dated, and say where they are from", () => {
  const { asOf, source } = pricesOf({ region: "us-east-1", architecture: "arm64" });
  expect(asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(source).toContain(asOf);
});

it("stand in for those of a region that is not known", () => {
  expect(isRegionKnown("mars-1")).toBe(false);
  const place = { architecture: "arm64" } as const;
  expect(pricesOf({ ...place, region: "mars-1" })).toEqual(pricesOf({ ...place, region: "us-east-1" }));
});

it("give way to those of the user, one by one", () => {
  const place = { region: "us-east-1", architecture: "arm64" } as const;
  const prices = pricesOf(place, { gbSecond: 1 });
  expect(prices).toMatchObject({
    gbSecond: 1,
    invocation: 0.2e-6,
    source: expect.stringMatching(/^given by the option/),
  });
});
