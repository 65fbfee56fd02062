import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Connection, ConnectionEnd } from "../../../../src/backends/command/connection.js";
import { Link } from "../../../../src/backends/command/link.js";
import { encodeFrame, FrameReader } from "../../../../src/wire/frames.js";
import { WIRE_VERSION } from "../../../../src/wire/version.js";

const program = { digest: "d", bytes: Buffer.from("program"), boot: "" };
const greeting = (has: boolean) =>
  `\nnodewren-agent ${JSON.stringify({ node: "v22.0.0", platform: "linux", arch: "x64", has })}\n`;
const hello = {
  type: "hello",
  version: WIRE_VERSION,
  node: "v22.0.0",
  cores: 2,
  system: { platform: "linux", arch: "x64", libc: "glibc", abi: "127" },
};

/** The other end of a link: what a host says and hears. */
class Host implements Connection {
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly streams = Promise.resolve({ input: this.input, output: this.output });
  readonly ended: Promise<ConnectionEnd>;
  end!: () => Promise<void>;
  wasEnded = false;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.end = async () => {
        this.wasEnded = true;
        resolve({ why: "the command ended" });
      };
    });
  }

  hold(): void {}
  kill(): void {}

  say(...parts: (string | object)[]): void {
    for (const part of parts) {
      if (typeof part === "string") this.output.write(part);
      else for (const piece of encodeFrame(part)) this.output.write(piece);
    }
  }

  heard(): Buffer {
    return this.input.read() ?? Buffer.alloc(0);
  }
}

let host: Host;
beforeEach(() => {
  vi.useFakeTimers();
  host = new Host();
});
afterEach(() => void vi.useRealTimers());

it("sends the program to a host that has none, and frames after it", async () => {
  const link = new Link(host, program, 1000);
  host.say(greeting(false));
  await vi.advanceTimersByTimeAsync(1);
  expect(host.heard().toString()).toBe("program");
  host.say(hello);
  expect(await link.hello).toMatchObject({ cores: 2 });
  const found = link.sees("/a");
  const [frame] = new FrameReader({ json: 1000, body: 0 }).add(host.heard());
  expect(frame?.json).toEqual({ type: "look", id: 1, file: "/a" });
  host.say({ type: "found", id: 1, isThere: true });
  expect(await found).toBe(true);
});

it("sends nothing but frames to a host that has it", async () => {
  const link = new Link(host, program, 1000);
  host.say(`Last login: today${greeting(true)}`, hello);
  await link.hello;
  expect(host.heard().byteLength).toBe(0);
});

it.each<[string, (string | object)[], RegExp]>([
  ["another release", [greeting(true), { ...hello, version: WIRE_VERSION + 1 }], /of another release/],
  ["no message", [greeting(true), hello, { type: "nonsense" }], /something else than nodewren wrote/],
  ["no frame", [greeting(true), hello, "what is this, please?"], /something else than nodewren wrote/],
])("ends with a host that says %s", async (_, said, why) => {
  const link = new Link(host, program, 1000);
  host.say(...said);
  expect(await link.ended).toMatch(why);
  expect(host.wasEnded).toBe(true);
});

it("counts a host as lost that says nothing at all in time, and one that falls silent", async () => {
  const silent = new Link(host, program, 1000);
  host.say("Password: ");
  await vi.advanceTimersByTimeAsync(1001);
  expect(await silent.ended).toBe("it did not answer within 1 s (it said: Password:)");
  host = new Host();
  const link = new Link(host, program, 1000);
  host.say(greeting(true), hello);
  await link.hello;
  await vi.advanceTimersByTimeAsync(29_000);
  host.say({ type: "beat" });
  await vi.advanceTimersByTimeAsync(29_000);
  expect(host.wasEnded).toBe(false);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await link.ended).toMatch(/^nothing was heard of it for 30 s\. .*srun needs --unbuffered$/);
});
