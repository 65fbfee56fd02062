import { expect, it } from "vitest";
import { ageText, bytesText, columns, json, parseAge } from "../../../src/cli/text.js";

it("aligns columns, and leaves no space at the end of a line", () => {
  const rows = [
    ["a", "bb", "c"],
    ["aaa", "b", ""],
  ];
  expect(columns(rows)).toBe("a    bb  c\naaa  b");
  expect(columns([])).toBe("");
});

it.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [1536 * 1024, "1.5 MiB"],
  [2 ** 60, "1048576.0 TiB"],
])("shows %d bytes as %s", (bytes, text) => expect(bytesText(bytes)).toBe(text));

it.each([
  [-5, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 m"],
  [86_400_000 * 3 + 1, "3 d"],
])("shows an age of %d ms as %s", (ms, text) => expect(ageText(ms)).toBe(text));

it.each([
  ["7d", 7 * 86_400_000],
  ["0s", 0],
  ["12h", 12 * 3_600_000],
  ["", undefined],
  ["7", undefined],
  ["-1d", undefined],
  ["1w", undefined],
])("reads the age %j", (text, ms) => expect(parseAge(text)).toBe(ms));

it("shows nothing that moves the cursor or speaks to the terminal, wherever it came from", () => {
  const evil = "a\u001b[2Jb\u009b31mc\u0007";
  expect(columns([["x", evil]])).toBe("x  a\\x1b[2Jb\\x9b31mc\\x07");
  expect(JSON.parse(json({ evil }))).toEqual({ evil });
  expect(/[\p{Cc}]/u.test(json(evil))).toBe(false);
});
