import { describe, expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";
import { callRebuilt } from "../round-trip.js";

describe("a WeakRef", () => {
  it("travels where something else leads to its object", async () => {
    class Nest {
      readonly eggs: Nest[] = [];
      readonly #around: WeakRef<Nest> | undefined;
      constructor(around?: Nest) {
        this.#around = around && new WeakRef(around);
        around?.eggs.push(this);
      }
      get around(): Nest | undefined {
        return this.#around?.deref();
      }
    }
    const tree = new Nest();
    const nest = new Nest(tree);
    const egg = new Nest(nest);
    const fn = () => [egg.around === nest, nest.around === tree, tree.eggs[0] === nest, tree.around];
    expect(await callRebuilt(fn)).toEqual([true, true, true, undefined]);
  });

  it("has the whole of an object of which else only members are used", async () => {
    const nest = { eggs: 4, moss: "soft" };
    const ref = new WeakRef(nest);
    expect(await callRebuilt(() => [nest.eggs, ref.deref()?.moss])).toEqual([4, "soft"]);
  });

  it("may be an instance of a class of the program's", async () => {
    class Perch extends WeakRef<object> {
      #birds = 1;
      label = "twig";
      tell(): unknown[] {
        return [this.#birds, this.label, this.deref()];
      }
    }
    const branch = { long: true };
    const perch = new Perch(branch);
    expect(await callRebuilt(() => [perch.tell(), perch.deref() === branch])).toEqual([
      [1, "twig", { long: true }],
      true,
    ]);
  });

  it("is refused where nothing does, or only what is as weak", () => {
    const key = {};
    const lost = new WeakRef(key);
    expect(() => capture(() => lost.deref())).toThrow(/lost: it is a WeakRef, and nothing else that travels leads to/);
    const weak = new WeakMap([[key, 1]]);
    expect(() => capture(() => [weak.has({}), lost.deref()])).toThrow(/lost: it is a WeakRef/);
    const chain = new WeakRef(lost);
    expect(() => capture(() => chain.deref())).toThrow(/chain: it is a WeakRef/);
  });
});
