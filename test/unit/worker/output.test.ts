import { describe, expect, it, onTestFinished } from "vitest";
import { OutputCapture } from "../../../src/worker/output.js";

/** Diverts this process's streams for the length of one test. */
function installed(onText?: ConstructorParameters<typeof OutputCapture>[0]): OutputCapture {
  const streams = Object.getOwnPropertyDescriptors(process);
  const [stdout, stderr] = [process.stdout, process.stderr];
  const writes = [Object.getOwnPropertyDescriptor(stdout, "write"), Object.getOwnPropertyDescriptor(stderr, "write")];
  onTestFinished(() => {
    for (const name of ["stdout", "stderr"] as const)
      Object.defineProperty(process, name, streams[name] as PropertyDescriptor);
    [stdout, stderr].forEach((stream, i) => {
      if (writes[i]) Object.defineProperty(stream, "write", writes[i]);
      else Reflect.deleteProperty(stream, "write");
    });
  });
  const capture = new OutputCapture(onText);
  capture.install();
  return capture;
}

function captured(write: () => void): { stdout: string; stderr: string } | undefined {
  const capture = installed();
  capture.start();
  write();
  return capture.finish();
}

describe("the output of a call", () => {
  it("is undefined when nothing was written", () => {
    expect(captured(() => {})).toBeUndefined();
  });

  it("is told apart by stream", () => {
    const output = captured(() => {
      process.stdout.write("a");
      process.stderr.write("b");
      process.stdout.write("c\n");
    });
    expect(output).toEqual({ stdout: "ac\n", stderr: "b" });
  });

  it("is that since start()", () => {
    const capture = installed();
    process.stdout.write("before");
    capture.start();
    process.stdout.write("during");
    expect(capture.finish()).toEqual({ stdout: "during", stderr: "" });
    process.stdout.write("after");
    capture.start();
    expect(capture.finish()).toBeUndefined();
  });

  it.each<[string, Parameters<typeof process.stdout.write>, string]>([
    ["text", ["é😀"], "é😀"],
    ["utf8", ["é", "utf8"], "é"],
    ["hex", ["6869", "hex"], "hi"],
    ["base64", ["aGk=", "base64"], "hi"],
    ["latin1 bytes of ASCII", ["hi", "latin1"], "hi"],
    ["a buffer", [Buffer.from("é")], "é"],
    ["a view into larger memory", [Buffer.from("xéy").subarray(1, 3)], "é"],
    ["bytes that are no UTF-8", [new Uint8Array([104, 255, 105])], "h\ufffdi"],
  ])("may be %s", (_what, args, expected) => {
    expect(captured(() => process.stdout.write(...args))?.stdout).toBe(expected);
  });

  it("keeps characters that come in several buffers", () => {
    const output = captured(() => {
      for (const byte of Buffer.from("é😀")) process.stdout.write(new Uint8Array([byte]));
    });
    expect(output?.stdout).toBe("é😀");
  });

  it("calls back, and says that there is room for more", async () => {
    const capture = installed();
    capture.start();
    for (const args of [["a"], ["a", "utf8"]] as const)
      await new Promise((resolve) => {
        expect((process.stdout.write as (...all: unknown[]) => boolean)(...args, resolve)).toBe(true);
      });
    expect(capture.finish()?.stdout).toBe("aa");
  });

  it("of more than 64 Ki characters a stream is its head and its tail", () => {
    const output = captured(() => {
      for (let i = 0; i < 200; i++) process.stdout.write(`${i}`.padStart(1000));
      process.stderr.write("short");
    });
    expect(output?.stdout).toMatch(/^ +0 +1 .* 199$/s);
    expect(output?.stdout).toContain("\n[nodewren: 134464 characters of the output were left out here]\n");
    expect(output?.stderr).toBe("short");
  });

  it("is told of as it is written", () => {
    const told: string[][] = [];
    const capture = installed((...text) => told.push(text));
    capture.start();
    process.stdout.write("a");
    process.stderr.write(Buffer.from("é"));
    process.stdout.write("");
    expect(told).toEqual([
      ["stdout", "a"],
      ["stderr", "é"],
    ]);
  });

  it("of exactly 64 Ki characters is not cut", () => {
    const text = "x".repeat(64 * 1024);
    expect(captured(() => process.stdout.write(text))?.stdout).toBe(text);
  });
});
