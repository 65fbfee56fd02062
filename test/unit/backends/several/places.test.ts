import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Backend, Place } from "../../../../src/backends/backend.js";
import { standIn } from "../../../support/stand-in-backend.js";

// The clock is taken when it is loaded, so time must be faked before.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["hrtime", "performance", "setTimeout", "clearTimeout"] });
  vi.resetModules();
});
afterEach(() => void vi.useRealTimers());

const never = new AbortController().signal;
const NOWHERE: ReadonlySet<Place> = new Set();

async function newPlaces(...backends: Backend[]) {
  const { SeveralPlaces } = await import("../../../../src/backends/several/places.js");
  const places = new SeveralPlaces(backends);
  const entered: string[] = [];
  const enter = (not = NOWHERE, signal = never) => {
    const place = places.enter(signal, not);
    place.then(
      ({ name }) => entered.push(name),
      () => {},
    );
    return place;
  };
  const refusal = async () => {
    const { WorkerRefusal } = await import("../../../../src/backends/backend.js");
    return { failed: new WorkerRefusal("invoke", "No.", { transient: false }) };
  };
  const leaveOut = async (place: Place) => {
    vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const how = await refusal();
    for (let i = 0; i < 3; i++) {
      await enter(new Set(places.all.filter((one) => one !== place)));
      places.leave(place, how, 0);
      entered.pop();
    }
  };
  return { places, entered, enter, leaveOut };
}

const here = () => standIn("here");
const there = (concurrency = 3) => standIn("there", { limits: { concurrency } });

describe("who gets a shard", () => {
  it("is the first place as long as it has room, and the next one once it has been full for a moment", async () => {
    const { entered, enter } = await newPlaces(here(), there());
    for (let i = 0; i < 4; i++) void enter();
    await vi.advanceTimersByTimeAsync(40);
    expect(entered).toEqual(["here", "here"]);
    await vi.advanceTimersByTimeAsync(20);
    expect(entered).toEqual(["here", "here", "there", "there"]);
  });

  it("is the first place again for whom it was ready in that moment: what is short needs no other", async () => {
    const { places, entered, enter } = await newPlaces(here(), there());
    const first = await enter();
    await enter();
    void enter();
    await vi.advanceTimersByTimeAsync(30);
    places.leave(first, "answered", 0);
    await vi.advanceTimersByTimeAsync(100);
    expect(entered).toEqual(["here", "here", "here"]);
  });

  it("is the next one at once while the first is busy, though it has room for moments", async () => {
    const { places, entered, enter } = await newPlaces(here(), there());
    const first = await enter();
    await enter();
    await vi.advanceTimersByTimeAsync(60);
    places.leave(first, "answered", 0);
    await vi.advanceTimersByTimeAsync(5);
    void enter();
    void enter();
    await vi.advanceTimersByTimeAsync(0);
    expect(entered.slice(2)).toEqual(["here", "there"]);
  });

  it("is none of those that it must not go to, unless there is no other", async () => {
    const { places, enter } = await newPlaces(here(), there());
    const [first, second] = places.all as [Place, Place];
    expect((await enter(new Set([first]))).name).toBe("there");
    expect((await enter(new Set([first, second]))).name).toBe("here");
  });

  it("waits where all are full, and the first in the queue is served first", async () => {
    const { places, entered, enter } = await newPlaces(standIn("a", { limits: { concurrency: 1 } }), there(1));
    const a = await enter();
    void enter();
    await vi.advanceTimersByTimeAsync(60);
    const controller = new AbortController();
    const given = enter(NOWHERE, controller.signal);
    void enter();
    controller.abort(new Error("over"));
    await expect(given).rejects.toThrow("over");
    expect([places.idle, entered]).toEqual([0, ["a", "there"]]);
    places.leave(a, "answered", 0);
    await vi.advanceTimersByTimeAsync(0);
    expect(entered).toEqual(["a", "there", "a"]);
  });
});

it("where all are full, a job waits for its turn at a place that takes turns, with one shard for each worker", async () => {
  const { entered, enter } = await newPlaces(
    standIn("a", { limits: { concurrency: 1 } }),
    standIn("b", { takesTurns: true }),
  );
  for (let i = 0; i < 6; i++) void enter();
  await vi.advanceTimersByTimeAsync(60);
  expect(entered).toEqual(["a", "b", "b"]);
  await vi.advanceTimersByTimeAsync(60);
  expect(entered).toEqual(["a", "b", "b", "b", "b"]);
});

describe("a place that fails", () => {
  it("gets none while it is left out, and its workers do not count", async () => {
    const { places, enter, leaveOut } = await newPlaces(here(), there());
    await leaveOut(places.all[0] as Place);
    expect([places.concurrency, places.idle]).toEqual([3, 3]);
    expect((await enter()).name).toBe("there");
    expect(places.hasOther(new Set([places.all[1] as Place]))).toBe(false);
    expect(process.emitWarning).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^The backend here is left out for a minute: .* No\. Shards go to there\.$/),
      "NodewrenWarning",
    );
    expect(places.leftOut(0, Infinity)).toEqual([{ name: "here", why: expect.stringContaining("No.") }]);
  });

  it("is all that there is when all of them fail", async () => {
    const { places, enter, leaveOut } = await newPlaces(here(), there());
    for (const place of places.all) await leaveOut(place);
    expect((await enter()).name).toBe("here");
    expect(places.concurrency).toBe(5);
  });

  it("hands over to others what waited for it", async () => {
    const { places, entered, enter } = await newPlaces(standIn("a", { limits: { concurrency: 0 } }), there());
    void enter();
    expect(entered).toEqual([]);
    await vi.advanceTimersByTimeAsync(60);
    expect(entered).toEqual(["there"]);
    expect(places.next(NOWHERE)?.name).toBe("there");
  });
});

it("names places by their backends, with a number where several have the name", async () => {
  const { places } = await newPlaces(standIn("lambda"), here(), standIn("lambda"));
  expect(places.all.map(({ name }) => name)).toEqual(["lambda 1", "here", "lambda 2"]);
});
