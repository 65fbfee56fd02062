import { describe, expect, it } from "vitest";
import { GreetingReader } from "../../../../src/backends/command/greeting.js";

const greeting = { node: "v22.1.0", platform: "linux", arch: "x64", has: true };
const line = `\nnodewren-agent ${JSON.stringify(greeting)}\n`;

describe("the greeting of an agent", () => {
  it("is found behind anything else, in pieces of any size, and what follows is not touched", () => {
    const bytes = Buffer.concat([
      Buffer.from(`Welcome — news\nnodewren-agent {"node":1}\nnodewren-agent ist da${line}`),
      Buffer.from([0, 255, 10, 128]),
    ]);
    for (const size of [1, 7, bytes.byteLength]) {
      const reader = new GreetingReader();
      const rest: Buffer[] = [];
      for (let at = 0; at < bytes.byteLength; at += size) {
        const piece = bytes.subarray(at, at + size);
        const after = reader.isOver ? piece : reader.add(piece);
        if (after) rest.push(after);
      }
      expect(reader.greeting).toEqual(greeting);
      expect([...Buffer.concat(rest)]).toEqual([0, 255, 10, 128]);
    }
  });

  it("tells the last that was said instead of it", () => {
    const reader = new GreetingReader();
    expect(reader.add(Buffer.from("one\ntwo\nthree\nfour\n"))).toBeUndefined();
    expect([reader.isOver, reader.text]).toEqual([false, "two\nthree\nfour"]);
  });

  it("keeps little of a host that says much", () => {
    const reader = new GreetingReader();
    for (let i = 0; i < 64; i++) reader.add(Buffer.alloc(64 * 1024, "x"));
    reader.add(Buffer.from(line));
    expect(reader.greeting).toEqual(greeting);
  });
});
