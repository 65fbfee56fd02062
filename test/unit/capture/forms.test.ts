import { describe, expect, it } from "vitest";
import { capture } from "../../../src/capture/capture.js";
import { indexOutsideComments } from "../../../src/capture/source/place.js";
import { callRebuilt } from "./round-trip.js";

describe("objects of Node that belong together", () => {
  it("keeps a URL and its search parameters one", async () => {
    const address = new URL("https://wren.test/nest?eggs=4");
    const query = address.searchParams;
    const grow = () => {
      query.set("eggs", "5");
      return [address.href, address.searchParams === query];
    };
    expect(await callRebuilt(grow)).toEqual(["https://wren.test/nest?eggs=5", true]);
    expect(address.search).toBe("?eggs=4");
  });

  it("takes the URL of search parameters that come first", async () => {
    const address = new URL("https://wren.test/?a=1");
    const both = { query: address.searchParams, address };
    const write = () => {
      both.query.append("b", "2");
      return both.address.search;
    };
    expect(await callRebuilt(write)).toBe("?a=1&b=2");
  });

  it("takes search parameters without a URL by themselves", async () => {
    const query = new URLSearchParams("a=1");
    expect(await callRebuilt(() => String(query))).toBe("a=1");
  });
});

describe("proxies among the prototypes", () => {
  it("does not take the answers of a trap for those of a key", async () => {
    const asked: PropertyKey[] = [];
    const answers = new Proxy({}, { get: (_target, name) => (asked.push(name) ? `no ${String(name)}` : "") });
    const bird = Object.create(answers);
    bird.name = "wren";
    expect(await callRebuilt(() => [bird.name, bird.song])).toEqual(["wren", "no song"]);
    expect(asked).toEqual([]);
  });
});

describe("names of methods", () => {
  it("are written anew whatever comments stand around them", async () => {
    const holder = new Function(
      'return { async /* ] */ * /* [ */ [/* ] */ "s" + "ing" /* ] */ // ]\n ] /* ( */ (n) { yield n; } }',
    )();
    const { sing } = holder;
    const first = async () => (await sing(3).next()).value;
    expect(await callRebuilt(first)).toBe(3);
  });

  it("are found in minified classes", async () => {
    const make = new Function(
      'let n=0;class C{static["a"+ ++n](){return"a"}static get["b"+ ++n](){return"b"}}return C',
    );
    const C = make();
    expect(await callRebuilt(() => [C.a1(), C.b2])).toEqual(["a", "b"]);
  });

  it("stand behind comments that hold the bracket", () => {
    expect(indexOutsideComments("get /* [ */ [a]", "[", 0)).toBe(12);
    expect(indexOutsideComments("a // ]\n ]", "]", 1)).toBe(8);
  });
});

it("refuses an arrow's new.target by that name", () => {
  function Outer(this: { ask: () => boolean }) {
    this.ask = () => new.target === Outer;
  }
  const { ask } = Reflect.construct(Outer, []);
  expect(() => capture(ask)).toThrow(/new\.target/);
});
