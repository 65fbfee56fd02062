import { expect, it } from "vitest";
import { lookAtFunction } from "../../../../src/capture/inspect/look.js";
import { classAround } from "../../../../src/capture/source/class-place.js";
import type { Callable } from "../../../../src/capture/types.js";

const placeOf = (fn: Callable) => classAround(lookAtFunction(fn).location);

function extending(fn: Callable, keep: Callable[]): new () => { field: Callable; ofMethod(): Callable } {
  keep.push(fn);
  return class {} as ReturnType<typeof extending>;
}

it("an arrow is of the class whose field, method or static block it is written in", () => {
  const kept: Callable[] = [];
  class Made {
    static early: Callable;
    static {
      Made.early = () => {};
    }
    field = () => {};
    ofMethod() {
      return () => {};
    }
  }
  const made = new Made();
  expect(placeOf(Made.early)?.isStatic).toBe(true);
  expect(placeOf(made.field)?.isStatic).toBe(false);
  expect(placeOf(made.ofMethod())?.isStatic).toBe(false);
  expect(kept).toEqual([]);
});

it("an arrow that is given to what a class extends, or that is a computed key, is of no class", () => {
  const kept: Callable[] = [];
  const keyOf = (fn: Callable) => {
    kept.push(fn);
    return "key";
  };
  class Made extends extending(() => {}, kept) {
    [keyOf(() => {})]() {}
  }
  new Made();
  expect(kept.map(placeOf)).toEqual([undefined, undefined]);
});

it("a function between an arrow and the class has a `this` of its own", () => {
  class Made {
    field = (() => {
      return () => {};
    })();
    own = (function (this: unknown) {
      return () => this;
    })();
  }
  const made = new Made();
  expect(placeOf(made.field)).toBeDefined();
  expect(placeOf(made.own)).toBeUndefined();
});
