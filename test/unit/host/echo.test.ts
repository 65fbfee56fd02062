import { describe, expect, it } from "vitest";
import { Echo } from "../../../src/host/echo.js";

function newEcho() {
  const written: string[] = [];
  const echo = new Echo((stream, text) => written.push(`${stream}: ${text}`));
  const print = (index: number | null, text: string, attemptId = "a", stream: "stdout" | "stderr" = "stdout") =>
    echo.printed({ type: "printed", attemptId, index, stream, text });
  const settle = (index: number, stdout: string, attemptId: string | undefined = "a") =>
    echo.settled({ attemptId, index, output: { stdout, stderr: "" } });
  return { echo, written, print, settle };
}

it("shows each line as soon as it has ended, behind its call, and the rest when the call has", () => {
  const { written, print, settle } = newEcho();
  print(3, "on");
  expect(written).toEqual([]);
  print(3, "e\ntwo\nthr");
  print(3, "oops\n", "a", "stderr");
  print(4, "other\n", "b");
  expect(written).toEqual(["stdout: [3] one\n[3] two\n", "stderr: [3] oops\n", "stdout: [4] other\n"]);
  settle(3, "one\ntwo\nthree");
  expect(written.slice(3)).toEqual(["stdout: [3] three\n"]);
});

it("shows what a result tells where nobody heard it live, and once", () => {
  const { written, print, settle } = newEcho();
  settle(0, "a\nb\n");
  // On another pipe than the result, and so later.
  print(0, "a\nb\n");
  expect(written).toEqual(["stdout: [0] a\n[0] b\n"]);
});

it("ends a call's line when the next call of its shard prints", () => {
  const { written, print, settle } = newEcho();
  print(0, "no end");
  print(1, "next\n");
  settle(0, "no end");
  expect(written).toEqual(["stdout: [0] no end\n", "stdout: [1] next\n"]);
});

describe("of a call that was tried more than once", () => {
  it("shows what each attempt prints, and of the one that counts nothing twice", () => {
    const { written, print, settle } = newEcho();
    print(0, "first try\n", "a");
    print(0, "second\n", "b");
    settle(0, "second\nend\n", "b");
    expect(written).toEqual(["stdout: [0] first try\n", "stdout: [0] second\n", "stdout: [0] end\n"]);
  });

  it("shows nothing again that is told of a lost worker", () => {
    const { echo, written, print } = newEcho();
    print(0, "last words\nno end");
    echo.settled({ attemptId: undefined, index: 0, output: { stdout: "last words\nno end", stderr: "" } });
    expect(written).toEqual(["stdout: [0] last words\n", "stdout: [0] no end\n"]);
    echo.settled({ attemptId: undefined, index: 1, output: { stdout: "unheard\n", stderr: "" } });
    expect(written.at(-1)).toBe("stdout: [1] unheard\n");
  });
});

it("names setups, which run for no call", () => {
  const { written, print } = newEcho();
  print(null, "ready\n");
  expect(written).toEqual(["stdout: [setup] ready\n"]);
});
