import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { capture } from "../../../../../src/capture/capture.js";
import type { Loose } from "../../../../../src/capture/types.js";
import { newFolder } from "../../../../support/folders.js";
import { callRebuilt } from "../../round-trip.js";

/** Modules of the user's, imported as Node does it, and a package whose constants they use for keys. */
async function imported(text: string): Promise<Loose> {
  const folder = newFolder();
  mkdirSync(join(folder, "node_modules/signs"), { recursive: true });
  writeFileSync(join(folder, "node_modules/signs/package.json"), '{"type":"module","exports":"./index.js"}');
  writeFileSync(
    join(folder, "node_modules/signs/index.js"),
    'export const mark = Symbol("mark"); export const TEXT = "text";',
  );
  const file = join(folder, "main.mjs");
  writeFileSync(file, text);
  return import(pathToFileURL(file).href);
}

describe("a computed key of a field is known", () => {
  it("of imported constants, also of packages and namespaces", async () => {
    const { object, keys } = await imported(`
      import { mark, TEXT } from "signs"; import * as signs from "signs";
      class Marked { [mark] = 1; [TEXT] = 2; [signs.TEXT + "s"] = 3; [\`\${TEXT}!\`] = 4; }
      export const object = new Marked(); export const keys = () => [mark, TEXT, signs.TEXT + "s", "text!"];`);
    const made = () => new object.constructor();
    expect(await callRebuilt(() => [object, made()].map((one) => keys().map((key: PropertyKey) => one[key])))).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
  });

  it("of constants around the class that no function uses", async () => {
    const { object, Made } = await imported(`
      const KIND = Symbol.for("kind"), NAME = "na" + "me", OWN = Symbol("own"), LIST = "@@" + NAME;
      export class Made { [KIND] = 1; [NAME] = 2; [OWN] = 3; [LIST] = 4; [Symbol.toStringTag] = "T"; [1n] = 5; }
      export const object = new Made();`);
    const fn = () => {
      const fresh = new Made();
      const shared = Object.getOwnPropertySymbols(object).every((key) => key in fresh);
      return [fresh[Symbol.for("kind")], fresh.name, fresh["@@name"], fresh[1], String(fresh), shared];
    };
    expect(await callRebuilt(fn)).toEqual([1, 2, 4, 5, "[object T]", true]);
  });

  it("of members, if they cannot have changed or an instance has them", async () => {
    const Keys = Object.freeze({ id: "id" } as const);
    const changing: Loose = { key: "first" };
    // A variable that no function uses is not to be seen.
    expect((() => [Keys, changing])()).toHaveLength(2);
    class Fixed {
      [Keys.id] = 1;
    }
    class Changed {
      [changing.key] = 1;
    }
    const first = new Changed();
    const fixed: Loose = await callRebuilt(() => new Fixed());
    expect({ ...fixed }).toEqual({ id: 1 });
    expect(await callRebuilt(() => [first, new Changed()].map((one: Loose) => one.first))).toEqual([1, 1]);
    changing.key = "second";
    expect(() => capture(() => new Changed())).toThrow(/the key of a computed field cannot be read/);
    expect(() => capture(() => [first, new Changed()])).toThrow(/the key of a computed field cannot be read/);
  });
});

it("a key that a call gives is refused by name", () => {
  const next = () => "a";
  class Called {
    // @ts-expect-error the key is computed
    [next()] = 1;
  }
  expect(() => capture(() => new Called())).toThrow(/Cannot capture Called \(computed field\)/);
});
