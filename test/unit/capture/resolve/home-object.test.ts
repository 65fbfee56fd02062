/** @alone as a large heap is not read: which object `super` means, also where only the heap tells. */
import { describe, expect, it } from "vitest";
import type { Loose } from "../../../../src/capture/types.js";
import { callRebuilt, roundTrip } from "../round-trip.js";

describe("super in a method of an object literal", () => {
  it("is the prototype that the object was given later", async () => {
    const nest = {
      say(): string {
        return `${(super.toString as Loose)()} now`;
      },
    };
    Object.setPrototypeOf(nest, { toString: () => "late" });
    expect(await callRebuilt(() => nest.say())).toBe("late now");
  });

  it("is not found through a variable that is assigned", { tags: ["long"] }, async () => {
    const write = (more: string): Loose =>
      new Function(
        `let o = { m() { return super.n() } }; Object.setPrototypeOf(o, { n: () => 1 }); ${more} return () => o.m()`,
      )();
    expect(await callRebuilt(write(""))).toBe(1);
    expect(await callRebuilt(write("[o] = [Object.assign(Object.create({ n: () => 2 }), o)];"))).toBe(1);
  });

  it("stays that of the literal where another object has the method, too", async () => {
    const first = {
      say(): string {
        return `${(super.toString as Loose)()}!`;
      },
    };
    Object.setPrototypeOf(first, { toString: () => "first" });
    const second = Object.assign(Object.create({ toString: () => "second" }), first);
    expect(await callRebuilt(() => [first.say(), second.say()])).toEqual(["first!", "first!"]);
  });

  it("is that of the literal's object where only a copy is there", async () => {
    const make = () => ({
      say(): string {
        return `${(super.toString as Loose)()}!`;
      },
    });
    const copy = Object.assign(Object.create({ toString: () => "other" }), make());
    expect(await callRebuilt(() => copy.say())).toBe("[object Object]!");
  });
});

describe("super in a method that travels without its class", () => {
  class Bird {
    name = "bird";
    static kind = "Bird";
    sing(): string {
      return `${this.name} sings`;
    }
    get loud(): string {
      return this.sing().toUpperCase();
    }
  }
  class Wren extends Bird {
    constructor(public size = 1) {
      super();
    }
    override sing(): string {
      return `${super.sing()} softly`;
    }
    override get loud(): string {
      return `${super.loud}!`;
    }
    static of(): string {
      // biome-ignore lint/complexity/noThisInStatic: super is the case to be tested
      return `${super.kind} of Wren`;
    }
  }

  it("is found through the class in sight", async () => {
    const { fn } = await roundTrip(Wren.prototype.sing);
    expect(fn.call({ name: "it" })).toBe("it sings softly");
    const loud = Object.getOwnPropertyDescriptor(Wren.prototype, "loud")?.get as Loose;
    expect((await roundTrip(loud)).fn.call({ sing: () => "la" })).toBe("LA!");
    expect((await roundTrip(Wren.of)).fn.call({})).toBe("Bird of Wren");
  });

  it("is not taken for the class's around a literal that the method is from", { tags: ["long"] }, async () => {
    class Wren extends Bird {
      static songs = {
        sing(): string {
          return String(super.toString());
        },
      };
    }
    Wren.prototype.sing = Wren.songs.sing;
    expect(await callRebuilt(Wren.prototype.sing)).toBe("[object Object]");
  });
});
