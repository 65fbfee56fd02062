// Captures closures that pausing cannot tell all of, runs what came of each, and prints that. Argument: "large" for a
// heap too large to be read.
import { capture } from "../../../../dist/src/capture/capture.js";
import { load } from "../../../../dist/src/capture/rebuild/rebuild.js";
import type { Callable } from "../../../../dist/src/capture/types.js";

const kept = process.argv[2] === "large" ? new Array(16 * 1024 * 1024).fill(0.5) : [];

const cases: Record<string, () => Callable> = {
  "this, first a switch with closures": withSwitch.bind({ k: 5 }),
  "this, first a class with a parent": withClass.bind({ k: 5 }),
  "this that is a number": withSwitch.bind(7 as never),
  "two of one scope, one of another": () => {
    const make = () => {
      let n = 0;
      return { up: () => ++n, get: () => n };
    };
    const [a, b] = [make(), make()];
    return () => [a.up(), a.get(), b.get()];
  },
  "undefined, its name used again inside": () => {
    let empty: unknown;
    return (given = empty) => {
      const empty = 1;
      return [given, empty];
    };
  },
  "not initialised, its name used again inside": () => {
    const early = (given = soon) => {
      var soon = 1;
      return [given, soon];
    };
    if (kept.length >= 0) return early;
    const soon = 2;
    return () => soon;
  },
};

function withSwitch(this: unknown): Callable {
  return () => {
    switch (kept.length < 0) {
      default: {
        const n = 2;
        return (() => [n, typeof this, (this as { k?: number })?.k])();
      }
    }
  };
}

function withClass(this: { k: number }): Callable {
  return () => {
    class Sized extends Array {
      static by = 2;
    }
    return Sized.by * this.k;
  };
}

const told: Record<string, unknown> = {};
for (const [name, make] of Object.entries(cases)) {
  try {
    told[name] = (await load(capture(make()).bytes)).instantiate().fn();
  } catch (error) {
    told[name] = String((error as { reason?: string }).reason ?? error);
  }
}
console.log(JSON.stringify(told));
