import { describe, expect, it } from "vitest";
import { costOf, type Usage } from "../../../src/cost/cost.js";
import { dollars } from "../../../src/cost/cost-text.js";

const PLACE = { region: "us-east-1", architecture: "arm64", memoryMb: 2048 } as const;

function usageOf(fields: Partial<Usage> = {}): Usage {
  return {
    billing: { ...PLACE, diskMb: 1536 },
    backend: "lambda",
    compute: [{ place: PLACE, invocations: 10, billedMs: 60_000, starts: 2, startMs: 800, toldMs: 60_000 }],
    invocations: 10,
    workerMs: 60_000,
    store: { kind: "s3", region: "eu-central-1" },
    requests: { reads: 1000, writes: 900, lists: 100 },
    bytes: { sent: 1, received: 2 },
    ...fields,
  };
}

it("adds up workers' time, invocations, disks beyond what is free, and requests by the store's own region", () => {
  const cost = costOf(usageOf());
  expect(cost.gbSeconds).toBe(120);
  expect(cost.parts.compute).toBeCloseTo(120 * 0.0000133334, 12);
  expect(cost.parts.invocations).toBeCloseTo(10 * 0.2e-6, 12);
  expect(cost.parts.disk).toBeCloseTo(60 * 30.9e-9, 12);
  expect(cost.parts.store).toBeCloseTo(0.00043 + 0.0054, 12);
  expect(cost.usd).toBeCloseTo(
    Object.values(cost.parts).reduce((sum, one) => sum + one),
    12,
  );
  expect(cost).toMatchObject({ invocations: 10, starts: 2, startMs: 800, bytes: { sent: 1, received: 2 }, notes: [] });
});

it("counts each place by its own prices", () => {
  const other = { region: "af-south-1", architecture: "x86_64", memoryMb: 1024 } as const;
  const one = { invocations: 1, billedMs: 1000, starts: 0, startMs: 0, toldMs: 0 };
  const cost = costOf(
    usageOf({
      compute: [
        { ...one, place: PLACE },
        { ...one, place: other },
      ],
      invocations: 2,
    }),
  );
  expect(cost.parts.compute).toBeCloseTo(2 * 0.0000133334 + 0.0000221, 12);
});

describe("what is not known", () => {
  it("is said: invocations without a result, regions without prices, servers that are not Amazon's", () => {
    const place = { ...PLACE, region: "mars-1" };
    const compute = [{ place, invocations: 8, billedMs: 1, starts: 0, startMs: 0, toldMs: 0 }];
    const { notes } = costOf(usageOf({ compute, store: { kind: "s3", endpoint: "http://127.0.0.1:1" } }));
    expect(notes).toEqual([
      expect.stringContaining("Of 2 invocations"),
      expect.stringContaining("no prices of mars-1"),
      expect.stringContaining("as if it were Amazon's S3"),
    ]);
  });

  it("is no amount, unless the user names the price of an hour", () => {
    const elsewhere = usageOf({ billing: undefined, compute: [], backend: "slurm", store: { kind: "file" } });
    expect(costOf(elsewhere)).toMatchObject({ usd: undefined, notes: [expect.stringContaining("slurm")] });
    expect(costOf(elsewhere, { workerHour: 0.6 }).usd).toBeCloseTo(0.01, 12);
  });
});

it("is told in a line, with amounts that have digits that count", () => {
  expect(String(costOf(usageOf()))).toBe(
    "cost $0.00743: 120.0 GB-s in 10 invocations; 1000 reads, 900 writes and 100 lists of the store (prices of 2026-09-19)",
  );
  const workedOut = [{ ...(usageOf().compute[0] as Usage["compute"][number]), toldMs: 0 }];
  expect(String(costOf(usageOf({ compute: workedOut })))).toMatch(/^cost about \$0\.00743/);
  expect([0, 0.000123456, 1.5, 123.456].map(dollars)).toEqual(["$0", "$0.000123", "$1.50", "$123.46"]);
});
