import { describe, expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";
import { load } from "../../../../src/capture/rebuild/rebuild.js";
import type { Loose } from "../../../../src/capture/types.js";
import { callRebuilt, roundTrip } from "../round-trip.js";

describe("variables", () => {
  it("keeps what closures share, and what they do not", async () => {
    const account = () => {
      let balance = 0;
      return { pay: (amount: number) => (balance += amount), read: () => balance };
    };
    const mine = account();
    const yours = account();
    mine.pay(5);
    yours.pay(5);
    const both = () => {
      mine.pay(1);
      return [mine.read(), yours.read()];
    };
    expect(await callRebuilt(both)).toEqual([6, 5]);
    expect(mine.read()).toBe(5);
  });

  it("gives each instance the state of the capture", async () => {
    let count = 7;
    const seen: number[] = [];
    const program = await load(capture(() => [seen.push(++count), count]).bytes);
    expect(program.instantiate().fn()).toEqual([1, 8]);
    expect(program.instantiate().fn()).toEqual([1, 8]);
    expect(count).toBe(7);
  });

  it("lets a declared function's name mean what the program made of it", async () => {
    // biome-ignore lint/suspicious/noFunctionAssign: this is the case to be tested
    function walk(n: number): string {
      return n === 0 ? "old" : walk(n - 1);
    }
    const old = walk;
    // @ts-expect-error TypeScript forbids it, JavaScript does not
    walk = () => "new";
    expect(await callRebuilt(() => old(2))).toBe("new");
  });

  it("shares the arguments of the function around two arrows", async () => {
    const pair = new Function("return [() => { arguments[0] = 'written' }, () => arguments[0]]")("start");
    const both = () => {
      pair[0]();
      return pair[1]();
    };
    expect(await callRebuilt(both)).toBe("written");
  });
});

describe("classes", () => {
  class Meter {
    #reading = 1;
    static #made = 0;
    static unit = "m";
    label: string;
    constructor({ label = "none" } = {}) {
      this.label = label;
      Meter.#made++;
    }
    advance() {
      return ++this.#reading;
    }
    static made() {
      return Meter.#made;
    }
  }
  class Doubled extends Meter {
    #reading = "own";
    both() {
      return [this.#reading, this.advance(), this.label];
    }
  }

  it("restores private fields of each class in the chain without running constructors", async () => {
    const meter = new Doubled({ label: "kitchen" });
    meter.advance();
    const made = Meter.made();
    expect(await callRebuilt(() => [meter.both(), Meter.made(), meter instanceof Meter, Object.keys(meter)])).toEqual([
      ["own", 3, "kitchen"],
      made,
      true,
      ["label"],
    ]);
  });

  it("still makes new instances as the class says", async () => {
    const meter = new Doubled();
    expect(await callRebuilt(() => [meter.label, new Doubled({ label: "new" }).both()])).toEqual([
      "none",
      ["own", 2, "new"],
    ]);
  });

  it("takes what a class extends from the class itself", async () => {
    const withGreeting = (Base: new () => { name: string }) =>
      class extends Base {
        greet() {
          return `hello ${this.name}`;
        }
      };
    const Person = withGreeting(
      class {
        name = "Ada";
      },
    );
    expect(await callRebuilt(() => new Person().greet())).toBe("hello Ada");
  });

  it("rebuilds classes that extend Promise", async () => {
    class Doubling extends Promise<number> {
      twice(): Promise<number> {
        return this.then((n) => n * 2);
      }
    }
    expect(await callRebuilt(() => (Doubling.resolve(4) as Doubling).twice())).toBe(8);
  });

  it("keeps the identity of registered classes", async () => {
    const meter = new Meter();
    const { fn, classes } = await roundTrip(() => meter, { classes: new Map([["Meter", Meter]]) });
    expect(fn()).toBeInstanceOf(classes.get("Meter") as never);
  });
});

describe("data", () => {
  it.each([
    ["numbers JSON lacks", [Number.NaN, -0, Number.POSITIVE_INFINITY, 10n]],
    ["undefined and null", [undefined, null]],
    ["maps and sets", new Map<unknown, unknown>([["a", new Set([1, "x"])]])],
    ["dates and patterns", [new Date(5), /a(?<n>b)/giu]],
    ["typed arrays", [new Float64Array([1.5, Number.NaN]), Buffer.from("héllo")]],
    ["odd keys", { "a b": 1, 2: 3, ["__proto__"]: { own: true } }],
    ["holes", Object.assign(new Array(3), { 0: 1, 2: 3 })],
  ])("%s", async (_name, value) => {
    expect(await callRebuilt(() => value)).toEqual(value);
  });

  it("keeps identity, cycles and shared memory", async () => {
    const memory = new ArrayBuffer(4);
    const views = { bytes: new Uint8Array(memory), view: new DataView(memory, 1) };
    const ring: { self?: unknown; views: typeof views } = { views };
    ring.self = ring;
    const test = () => {
      views.bytes[1] = 9;
      return [ring.self === ring, ring.views === views, views.view.getUint8(0)];
    };
    expect(await callRebuilt(test)).toEqual([true, true, 9]);
  });

  it("rebuilds objects that have a function as their prototype", async () => {
    const work = async () => 1;
    const [mine, builtin] = [Object.create(work), Object.create(Array.prototype.map, { n: { value: 2 } })];
    const read = () => [mine.name, Object.getPrototypeOf(mine) === work, builtin.name, builtin.n];
    expect(await callRebuilt(read)).toEqual(["work", true, "map", 2]);
  });

  it("rebuilds a list of 20,000 links", async () => {
    let list: { next: unknown } | null = null;
    for (let i = 0; i < 20_000; i++) list = { next: list };
    const head = list;
    const length = () => {
      let n = 0;
      for (let at: Loose = head; at; at = at.next) n++;
      return n;
    };
    expect(await callRebuilt(length)).toBe(20_000);
  });

  it("shares a long list that is only read, and copies one that is not", async () => {
    const read = Array.from({ length: 100 }, (_, i) => i);
    const written = [...read];
    const program = await load(capture(() => [read[3], read.length, written]).bytes);
    const first = program.instantiate().fn() as [number, number, number[]];
    first[2][0] = 99;
    expect(program.instantiate().fn()).toEqual([3, 100, read]);
  });
});

describe("where code stands", () => {
  it("keeps the line of the user's file in stack traces", async () => {
    const text = "x";
    const fail = () => {
      throw new Error(text);
    };
    const stackOf = (run: () => unknown): string | undefined => {
      try {
        run();
        return undefined;
      } catch (error) {
        return /rebuild\.test\.ts:(\d+)/.exec((error as Error).stack ?? "")?.[0];
      }
    };
    const { fn } = await roundTrip(fail);
    expect(stackOf(fn)).toBeDefined();
    expect(capture(fail).position()?.url).toContain("rebuild.test.ts");
  });
});

describe("payloads", () => {
  it("are the same bytes for the same function", () => {
    const scale = 3;
    const fn = (x: number) => x * scale;
    expect(capture(fn).bytes).toEqual(capture(fn).bytes);
  });

  it("of another format are refused", async () => {
    const { bytes } = capture(() => 1);
    bytes[0] = 250;
    await expect(load(bytes)).rejects.toMatchObject({ code: "VERSION", found: 250 });
  });
});
