import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { LinesTail, TextTail } from "../../../../src/backends/pool/tail-buffer.js";
import { readStatusLine } from "../../../../src/wire/read-status.js";

async function feed(follow: (stream: PassThrough) => void, chunks: (string | Uint8Array)[]): Promise<void> {
  const stream = new PassThrough();
  follow(stream);
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await new Promise((resolve) => stream.once("close", resolve));
}

async function textOf(...chunks: (string | Uint8Array)[]): Promise<string> {
  const tail = new TextTail();
  await feed((stream) => tail.follow(stream), chunks);
  return tail.text();
}

describe("the tail of a text", () => {
  it("is the whole of a short one, less the newlines at its end", async () => {
    expect(await textOf("one\n", "two\n\n")).toBe("one\ntwo");
    expect(await textOf()).toBe("");
  });

  it("is its last 20 lines", async () => {
    const lines = Array.from({ length: 50 }, (_, i) => `line ${i}`);
    expect(await textOf(lines.join("\n"))).toBe(lines.slice(30).join("\n"));
  });

  it("leaves out the frames of V8's own stack, however long, so that what it died of is seen", async () => {
    const frames = Array.from(
      { length: 60 },
      (_, i) => `${String(i).padStart(2)}: 0xb78db3 ${"v8::internal::".repeat(20)}`,
    );
    const text = await textOf("FATAL ERROR: Reached heap limit\n----- Native stack trace -----\n\n", frames.join("\n"));
    expect(text).toBe("FATAL ERROR: Reached heap limit\n----- Native stack trace -----\n");
  });

  it("keeps characters that come in several chunks", async () => {
    const bytes = Buffer.from("é😀ü");
    expect(await textOf(...Array.from(bytes, (byte) => new Uint8Array([byte])))).toBe("é😀ü");
  });

  it("stays small, however much is written", async () => {
    const text = await textOf(...Array.from({ length: 64 }, () => "x".repeat(1024 * 1024)), "\nlast");
    expect(text.length).toBeLessThanOrEqual(64 * 1024);
    expect(text.endsWith("\nlast")).toBe(true);
  });

  it("survives a pipe that breaks, and one that there never was", async () => {
    const tail = new TextTail();
    tail.follow(undefined);
    const stream = new PassThrough();
    tail.follow(stream);
    stream.write("before");
    await new Promise((resolve) => setImmediate(resolve));
    stream.destroy(new Error("EPIPE"));
    await new Promise((resolve) => stream.once("close", resolve));
    expect(tail.text()).toBe("before");
  });
});

describe("the last line of a status pipe", () => {
  async function lastOf(...chunks: (string | Uint8Array)[]): Promise<unknown> {
    const tail = new LinesTail(readStatusLine);
    await feed((stream) => tail.follow(stream), chunks);
    return tail.last();
  }
  const line = (index: number) => `${JSON.stringify({ type: "running", index })}\n`;

  it("is the last whole one", async () => {
    expect(await lastOf()).toBeUndefined();
    expect(await lastOf(line(1), line(2) + line(3))).toEqual({ type: "running", index: 3 });
    expect(await lastOf(line(1), '{"type":"running","ind')).toEqual({ type: "running", index: 1 });
  });

  it("may come in pieces", async () => {
    expect(await lastOf(...line(42))).toEqual({ type: "running", index: 42 });
  });

  it("is not what someone else wrote there", async () => {
    expect(await lastOf(line(1), "garbage\nnull\n{}\n5\n\n")).toEqual({ type: "running", index: 1 });
    expect(await lastOf(line(1), new Uint8Array([255, 254, 10, 0, 10]))).toEqual({ type: "running", index: 1 });
    expect(await lastOf("garbage\n", line(2))).toEqual({ type: "running", index: 2 });
  });

  it("is found after garbage without an end", async () => {
    const flood = Array.from({ length: 16 }, () => "x".repeat(1024 * 1024));
    expect(await lastOf(...flood, "\n", line(2))).toEqual({ type: "running", index: 2 });
  });
});
