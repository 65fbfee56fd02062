import { expect, it } from "vitest";
import type { Mapper } from "../../../src/forms/mapper.js";
import { runCommands } from "../../../src/forms/shell.js";

const mapper: Mapper = {
  map: () => {
    throw new Error("This is mapped.");
  },
};

it.each([
  ["ls", {}, /several commands: give it \["ls"\]/],
  [undefined, {}, /an array of commands, but got undefined/],
  [["ls", ""], {}, /commands\[1\] is ""/],
  [[[]], {}, /commands\[0\]/],
  [[["ls", 3]], {}, /commands\[0\]/],
  [["a\0b"], {}, /commands\[0\]/],
  [["ls"], { cwd: "" }, /cwd of sh\(\) must be the path of a folder/],
  [["ls"], { cwd: new URL("https://a.b/") }, /cwd of sh\(\)/],
  [["ls"], { input: 3 }, /input of sh\(\) must be a string or a Uint8Array/],
  [["ls"], { check: "yes" }, /check of sh\(\) must be true or false/],
  [["ls"], { maxOutputBytes: -1 }, /maxOutputBytes of sh\(\) must be an integer of at least 0/],
])("refuses %j %j", (commands, options, message) => {
  expect(() => runCommands(mapper, commands as never, options as never)).toThrow(message);
});

it("takes any iterable of commands", () => {
  expect(() => runCommands(mapper, ["ls", ["ls", "-l"]])).toThrow("This is mapped.");
  expect(() => runCommands(mapper, new Set(["ls"]))).toThrow("This is mapped.");
});
