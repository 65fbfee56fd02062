import { describe, expect, it } from "vitest";
import { Bills } from "../../../src/cost/bills.js";
import { type Costing, costsOfJob } from "../../../src/cost/costing.js";

const IRELAND = { region: "eu-west-1", architecture: "arm64", memoryMb: 1024 } as const;
const OREGON = { ...IRELAND, region: "us-west-2" } as const;
const requests = {
  workers: { reads: 1000, writes: 1000, lists: 0 },
  host: { reads: 0, writes: 0, lists: 0 },
  hostBytes: 7,
};

const lambda = (backend: string, place: typeof IRELAND | typeof OREGON, invocations = 10) => ({
  backend,
  billing: { ...place },
  compute: invocations > 0 ? [{ place, invocations, billedMs: 60_000, starts: 1, startMs: 300, toldMs: 0 }] : [],
  invocations,
});
const local = { backend: "local", billing: "nobody", compute: [], invocations: 4 } as const;
const costing = (places: Costing["places"]): Costing => ({
  places,
  store: { kind: "s3" },
  bytesSent: 5,
  prices: undefined,
});
const costs = (...places: Costing["places"]) =>
  costsOfJob({ requests, workerMs: new Map([["ssh", 3_600_000]]) }, costing(places));

describe("the cost of a job at several places", () => {
  it("is what each bills, and the store's requests once", () => {
    const one = costs(lambda("lambda 1", IRELAND)).all;
    const { all, byPlace } = costs(local, lambda("lambda 1", IRELAND), lambda("lambda 2", OREGON));
    expect(all.parts.store).toBe(one.parts.store);
    expect(all.parts.compute).toBeCloseTo(2 * one.parts.compute, 12);
    expect(all).toMatchObject({ invocations: 20, billedMs: 120_000, starts: 2, bytes: { sent: 5, received: 7 } });
    expect(all.requests).toEqual({ reads: 1000, writes: 1000, lists: 0 });
    expect(byPlace.get("local")?.usd).toBe(0);
    expect(all.usd).toBeCloseTo(
      [...byPlace.values()].reduce((sum, cost) => sum + (cost.usd ?? 0), 0),
      12,
    );
    expect(String(all)).toMatch(/^cost about \$.* GB-s in 20 invocations; 1000 reads, 1000 writes/);
  });

  it("is not known where nobody knows what a place that was used costs, and is where it was not", () => {
    const ssh = { backend: "ssh", billing: undefined, compute: [], invocations: 3 };
    expect(costs(local, ssh).all).toMatchObject({
      usd: undefined,
      notes: expect.arrayContaining([expect.stringContaining("ssh")]),
    });
    expect(costs(local, { ...ssh, invocations: 0 }).all.usd).toBeGreaterThan(0);
  });
});

it("bills are kept by place; what another host ran is elsewhere", () => {
  const bills = new Bills("elsewhere");
  bills.invoke("a", "lambda 1");
  bills.invoke("b", "local");
  bills.tell("a", "lambda 1", { ms: 100, memoryMb: 1024 });
  expect(bills.add("a", { ...IRELAND, ranMs: 50 }, true)).toBe("lambda 1");
  expect(bills.add("b", undefined, true)).toBe("local");
  expect(bills.add("c", { ...IRELAND, ranMs: 50 }, false)).toBeUndefined();
  const told = Array.from(bills.all, ([name, bill]) => [name, bill.invocations, bill.usage(undefined)[0]?.billedMs]);
  expect(told).toEqual([
    ["lambda 1", 1, 100],
    ["local", 1, undefined],
    ["elsewhere", 1, 80],
  ]);
});
