/** What only `super`, a home object or a class's heritage leads to is found, reported and refused like all else. @alone as a large heap is not read. */

import ms from "ms";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";
import { pathText } from "../../../../src/capture/graph/path.js";
import { ByValue } from "../../../../src/capture/packages/travel-policy.js";
import { CaptureSession } from "../../../../src/capture/session.js";
import type { Callable, Loose } from "../../../../src/capture/types.js";
import { Walker } from "../../../../src/capture/walk/walker.js";

const SECRET = "AKIAABCDEFGHIJKLMNOP";
const LARGE = "x".repeat(3 * 2 ** 20);

/** The prototype of an object whose method alone leads to what it holds: the object is seen from the method. */
function homeInSight(held: object): Callable {
  const nest = {
    told(): unknown {
      return (super["held" as "valueOf"] as Loose)();
    },
  };
  Object.setPrototypeOf(nest, { held: () => held });
  const { told } = nest;
  return Object.assign([() => told()], { nest: () => nest })[0] as Callable;
}

/** As before, but only the heap still knows the object. */
function homeInHeap(held: object): Callable {
  const make = (): { told(): unknown } => ({
    told(): unknown {
      return (super["held" as "valueOf"] as Loose)();
    },
  });
  const { told } = Object.setPrototypeOf(make(), { held: () => held });
  return () => told();
}

/** A class that extends another, which holds something in a static property. */
function heritage(held: object): Callable {
  class Base {
    static kept = held;
    base = 0;
  }
  class Derived extends Base {
    size = 1;
  }
  return () => new Derived().size;
}

const held = { key: SECRET, text: LARGE, ms };

describe.each([
  ["super in a method of an object", homeInSight],
  ["super in a method whose object is out of sight", homeInHeap],
  ["the heritage of a class", heritage],
])("%s leads to", (_, through) => {
  it("a secret, a package and much text, and all three are told", () => {
    const { packages, warnings } = capture(through(held));
    expect(packages).toMatchObject([{ specifier: expect.stringMatching(/ms/) }]);
    expect(warnings.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["large", "secret"]));
  }, 60_000);
});

describe.each([
  ["super", homeInSight],
  ["the heritage of a class", heritage],
])("what only %s leads to", (_, through) => {
  it("is refused if it is a secret and none may travel", () => {
    expect(() => capture(through({ key: SECRET }), { secrets: "error" })).toThrow(/looks like a secret/);
  });

  it("is refused if it is too large", () => {
    expect(() => capture(through({ LARGE }), { maxBytes: 2 ** 20 })).toThrow(/more than the limit of 1048576/);
  });
});

it("nothing can be added once the graph is complete", () => {
  const session = new CaptureSession();
  const describe = () => ({ position: undefined, excerpt: "" });
  const walker = new Walker({ reference: undefined, importer: "", travel: new ByValue(), describe }, session);
  const known = {};
  const step = { from: undefined, text: "value" };
  const node = walker.encode(known, step);
  walker.finish();
  walker.close();
  expect(walker.encode(known, step)).toBe(node);
  expect(() => walker.encode({}, step)).toThrow("value was met when the graph was complete");
  session.dispose();
});

it("a walker keeps nothing outside of itself and its session: two walks of one capture give equal graphs", () => {
  const state = { list: [1, { deep: new Map([["key", () => state]]) }] };
  const shapes = ["first", "second"].map(() => {
    const session = new CaptureSession();
    const describe = () => ({ position: undefined, excerpt: "" });
    const walker = new Walker({ reference: undefined, importer: "", travel: new ByValue(), describe }, session);
    walker.encode(() => state.list, { from: undefined, text: "" });
    walker.finish();
    session.dispose();
    return walker.nodes.map(({ step, entry }) => [pathText(step), entry.kind]);
  });
  expect(shapes[1]).toEqual(shapes[0]);
});
