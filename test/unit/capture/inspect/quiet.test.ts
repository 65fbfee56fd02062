import { expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";

it("runs no code of the program's, whatever the inspector asks an object for", () => {
  const ran: string[] = [];
  const tell = (what: string) => ran.push(what);
  class Listed extends Array {
    override get length() {
      return tell("length");
    }
  }
  class Told extends Error {
    override get message() {
      return String(tell("message"));
    }
    override get name() {
      return String(tell("name"));
    }
  }
  class Dated extends Date {
    override toString() {
      return String(tell("toString"));
    }
  }
  class Spliced {
    get splice() {
      return tell("splice");
    }
  }
  const made = {
    told: new Told(),
    dated: new Dated(5),
    spliced: new Spliced(),
    f: Object.assign(() => 1, { e: new Told() }),
  };
  // The engine writes a stack when it is first read, and asks for name and message then.
  for (const error of [made.told, made.f.e]) expect(error.stack).toContain("quiet.test");
  ran.length = 0;
  const before = Object.getOwnPropertyDescriptors(Told.prototype);
  capture(() => [Listed, made, ran]);
  expect(ran).toEqual([]);
  expect(Object.getOwnPropertyDescriptors(Told.prototype)).toEqual(before);
  expect(made.told.message).toBe("1");
});
