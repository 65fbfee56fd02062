import vm from "node:vm";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import { load, originalStack } from "../../../../../src/capture/rebuild/rebuild.js";
import type { Loose } from "../../../../../src/capture/types.js";
import { callRebuilt } from "../../round-trip.js";

class Bird {
  static kind = "bird";
  sing(): string {
    return "la";
  }
}

describe("arrows that need to stand in their class", () => {
  it("reach private fields of the object they were made for", async () => {
    class Counter {
      #count = 0;
      #next = (): number => ++this.#count;
      step(): number {
        return this.#next();
      }
    }
    const [one, two] = [new Counter(), new Counter()];
    one.step();
    const program = await load(capture(() => [one.step(), two.step(), new Counter().step()]).bytes);
    expect(program.instantiate().fn()).toEqual([2, 1, 1]);
    expect(program.instantiate().fn()).toEqual([2, 1, 1]);
    expect(one.step()).toBe(2);
  });

  it("reach super, in fields, constructors and static fields, for the object and for new ones", async () => {
    class Wren extends Bird {
      static ask = () => `${super.kind} ${Wren.name}`;
      softly = () => `${super.sing()} softly`;
      twice: () => string;
      constructor(readonly size = 1) {
        super();
        this.twice = () => super.sing().repeat(2) + this.size;
      }
    }
    const wren = new Wren();
    const all = () => [wren.softly(), wren.twice(), new Wren(3).twice(), Wren.ask(), wren.softly.name];
    expect(await callRebuilt(all)).toEqual(all());
    const keys = () => [wren.softly(), Wren.ask(), Reflect.ownKeys(Wren.prototype), Object.keys(Wren)];
    expect(await callRebuilt(keys)).toEqual(["la softly", "bird Wren", ["constructor"], ["ask"]]);
    const { softly } = wren;
    expect(await callRebuilt(softly)).toBe("la softly");
  });

  it("belong to the class that made them, where one text made several", async () => {
    const made = (Base: new () => { sing(): string }): Loose =>
      class extends Base {
        ask = () => super.sing();
      };
    class Loud extends Bird {
      override sing(): string {
        return "LA";
      }
    }
    const [A, B] = [made(Bird), made(Loud)];
    const { ask } = new A();
    expect(await callRebuilt(() => [ask(), new B().ask()])).toEqual(["la", "LA"]);
  });

  it("share the variables around the class", async () => {
    let calls = 0;
    class Wren extends Bird {
      ask = () => `${super.sing()} ${++calls}`;
    }
    const wren = new Wren();
    expect(await callRebuilt(() => [wren.ask(), new Wren().ask(), calls])).toEqual(["la 1", "la 2", 2]);
  });

  it("have the variables of the method around them", async () => {
    class Safe {
      #key = 1;
      opener(by: number): () => number {
        return () => this.#key + by;
      }
    }
    const [two, three] = [new Safe().opener(2), new Safe().opener(3)];
    expect(await callRebuilt(() => [two(), three()])).toEqual([3, 4]);
  });

  it("tell a variable from the class of the same name", async () => {
    const open = new Function(
      "class Safe { #key = 1; opener() { const Safe = 5; return () => this.#key + Safe } } return new Safe().opener()",
    )();
    expect(await callRebuilt(open)).toBe(6);
  });

  it("have stacks that lead to their places", async () => {
    const text =
      "\n\n(() => { class Wren extends Array {\n  size = 1; fail = () => [super.length,\n  new Error('x').stack][1]; } return new Wren().fail; })()";
    const fail = vm.runInThisContext(text, { filename: "file:///home/wren.js" });
    const stack = originalStack((await load(capture(fail).bytes)).instantiate().fn() as string);
    expect(/wren\.js[^:]*:(\d+:\d+)/.exec(stack)?.[1]).toBe("5:3");
    expect(fail()).toContain("wren.js:5:3");
  });
});
