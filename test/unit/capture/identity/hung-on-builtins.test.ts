/** What a program hung on built-in objects before the first capture: that of this file is below. */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import zlib from "node:zlib";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../src/capture/capture.js";
import type { Loose } from "../../../../src/capture/types.js";
import { roundTrip } from "../round-trip.js";

const owners: [string, Loose][] = [
  ["a namespace of the language's", Math],
  ["a class of Node's", URL],
  ["a prototype", Error.prototype],
  ["console", console],
  ["process", process],
  ["a module", zlib],
];

function hang(owner: Loose) {
  class Hung {
    size = 3;
  }
  return Object.assign(owner, { hung: new Hung(), limits: { limit: 1 }, Hung, readWhole: readFileSync });
}

for (const [, owner] of owners) hang(owner);
Object.assign(URL, { isIP });
Object.assign(Object, { flatMap: Array.prototype.flatMap });

describe("what the program hung on a built-in object is its own", () => {
  it.each(owners)("%s", async (_name, { hung, limits, Hung }) => {
    const given = { hung, limits, proto: Hung.prototype };
    const copy = (await roundTrip(() => given)).fn() as Loose;
    expect({ ...copy.hung, ...copy.limits }).toEqual({ size: 3, limit: 1 });
    expect(copy.proto).toBe(Object.getPrototypeOf(copy.hung));
    for (const key of ["hung", "limits", "proto"] as const) expect(copy[key]).not.toBe(given[key]);
  });

  it("but for built-in functions, which are found at their own places", () => {
    const functions = [(Object as Loose).flatMap, (process as Loose).readWhole, (URL as Loose).isIP];
    const payload = Buffer.from(capture(() => functions).bytes).toString();
    expect(payload).toContain('{"kind":"builtin","root":"Array","path":[".prototype",".flatMap"]}');
    expect(payload).toContain('{"kind":"builtin","root":"node:fs","path":[".readFileSync"]}');
    expect(payload).toContain('{"kind":"builtin","root":"node:net","path":[".isIP"]}');
  });
});
