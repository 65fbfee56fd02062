import { describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import { indexOutsideComments } from "../../../../../src/capture/source/place.js";
import { callRebuilt } from "../../round-trip.js";

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

describe("instances of the program's own classes that extend them", () => {
  it("have their class's methods, private fields and properties", async () => {
    class Address extends URL {
      #asked = 1;
      label = "nest";
      get asked(): number {
        return this.#asked;
      }
      shout(): string {
        this.#asked++;
        return `${this.href}!`;
      }
    }
    const address = new Address("https://wren.test/nest?eggs=4");
    address.label = "old";
    address.shout();
    const fn = () => [
      address.shout(),
      address.asked,
      address.label,
      address.searchParams.get("eggs"),
      address instanceof URL,
    ];
    expect(await callRebuilt(fn)).toEqual(["https://wren.test/nest?eggs=4!", 3, "old", "4", true]);
  });

  it("behind a proxy, whose traps no capture runs", async () => {
    const asked: PropertyKey[] = [];
    class Fields extends URLSearchParams {
      constructor(init: Record<string, string>) {
        super(init);
        const get = (target: Fields, key: keyof Fields) => {
          asked.push(key);
          const member = target[key];
          return typeof member === "function" ? member.bind(target) : member;
        };
        // biome-ignore lint/correctness/noConstructorReturn: as packages do that make headers
        return new Proxy(this, { get: get as never });
      }
    }
    const fields = new Fields({ accept: "text" });
    const fn = () => [fields.get("accept"), [...fields.keys()], fields instanceof Fields];
    expect(await callRebuilt(fn)).toEqual(["text", ["accept"], true]);
    expect(asked).toEqual([]);
  });

  it("also of DOMException, and not where only the prototype is that of one", async () => {
    class Gone extends DOMException {
      code2 = 7;
    }
    const gone = new Gone("it left", "AbortError");
    expect(await callRebuilt(() => [gone.message, gone.name, gone.code2, gone instanceof Gone])).toEqual([
      "it left",
      "AbortError",
      7,
      true,
    ]);
    const empty = Object.create(URL.prototype);
    expect(() => capture(() => empty.href)).toThrow(/an instance of URL, which has state/);
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

describe("what formats texts for people", () => {
  const day = Date.UTC(2024, 10, 5, 13, 4, 5, 67);

  it.each<[string, () => unknown]>([
    ["numbers", tellWith(new Intl.NumberFormat("de-DE"), (it) => it.format(1234.5))],
    ["money", tellWith(new Intl.NumberFormat("ja", { style: "currency", currency: "EUR" }), (it) => it.format(-3.5))],
    ["digits", tellWith(new Intl.NumberFormat("en", { maximumSignificantDigits: 3 }), (it) => it.format(123_456))],
    ["short numbers", tellWith(new Intl.NumberFormat("en", { notation: "compact" }), (it) => it.format(12_345_678))],
    ["dates", tellWith(new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Tokyo" }), (it) => it.format(day))],
    [
      "dates by style",
      tellWith(new Intl.DateTimeFormat("fr", { dateStyle: "full", timeStyle: "short", timeZone: "UTC" }), (it) =>
        it.format(day),
      ),
    ],
    [
      "hours",
      tellWith(new Intl.DateTimeFormat("en-US", { hour: "numeric", hour12: false, timeZone: "Europe/Berlin" }), (it) =>
        it.format(day),
      ),
    ],
    ["order", tellWith(new Intl.Collator("de", { numeric: true }), (it) => ["a10", "a9", "ä1"].sort(it.compare))],
    ["plurals", tellWith(new Intl.PluralRules("en", { type: "ordinal" }), (it) => it.select(22))],
    ["times", tellWith(new Intl.RelativeTimeFormat("en", { numeric: "auto" }), (it) => it.format(-1, "day"))],
    ["lists", tellWith(new Intl.ListFormat("en", { type: "disjunction" }), (it) => it.format(["a", "b", "c"]))],
    ["names", tellWith(new Intl.DisplayNames("en", { type: "region" }), (it) => it.of("DE"))],
    ["words", tellWith(new Intl.Segmenter("en", { granularity: "word" }), (it) => [...it.segment("a b")].length)],
    ["a locale", tellWith(new Intl.Locale("de-Latn-AT", { hourCycle: "h12" }), (it) => [it.toString(), it.hourCycle])],
  ])("travels: %s", async (_, tell) => {
    expect(await callRebuilt(tell)).toEqual(tell());
  });

  it("also when it is an instance of a class of the program's", async () => {
    class Price extends Intl.NumberFormat {
      show = (x: number) => `${this.format(x)}!`;
    }
    const price = new Price("de");
    expect(await callRebuilt(() => [price.show(1.5), price instanceof Intl.NumberFormat])).toEqual(["1,5!", true]);
  });
});

function tellWith<T>(made: T, tell: (made: T) => unknown): () => unknown {
  return () => tell(made);
}
