/** Decoders of what servers of shards and the agents of hosts say, and of what a stranger may send to a server. */
import { GreetingReader } from "../../src/backends/command/greeting.js";
import { FROM_AGENT, type FromAgent, GREETING, readFromAgent } from "../../src/wire/agent.js";
import { BrokenFrame, encodeFrame, FrameReader } from "../../src/wire/frames.js";
import { openSealed, sealRequest } from "../../src/wire/sealed-request.js";
import { decodeDescription, decodeServed, encodeServed, type ServedAnswer } from "../../src/wire/served-answer.js";
import type { System } from "../../src/wire/system.js";
import { mutated, mutatedJson } from "./mutate.js";
import { request } from "./samples.js";
import { changedJson, type Target } from "./target.js";

const TOKEN = "a token that nobody guesses";
const SIGNED_AT = 1e12;
const system: System = { platform: "linux", arch: "x64", libc: "glibc", abi: "115" };

const answers: ServedAnswer[] = [
  { answer: { attemptId: "a", writeMs: 1, result: new Uint8Array(40) } },
  { death: { kind: "exit", index: 3, certain: true, exitCode: 7, stderr: "gone" } },
  { refusal: { status: 429, message: "All workers are busy." } },
];
const description = { nodewren: { wire: 6, workers: 2, system } };
const sealed = sealRequest(JSON.stringify(request), TOKEN, SIGNED_AT);

const fromAgent: FromAgent[] = [
  { type: "hello", version: 6, node: "v22.1.0", cores: 4, system },
  { type: "data", id: 1, pipe: 3 },
  { type: "exit", id: 1, code: null, signal: "SIGKILL" },
  { type: "failed", id: 2, message: "no such folder", isFinal: false },
  { type: "found", id: 3, isThere: true },
  { type: "beat" },
];
const greeting = { node: "v22.1.0", platform: "linux", arch: "x64", has: false };

export const ofServers: Target[] = [
  {
    name: "a server's answer",
    throws: [],
    run: (random) => {
      const answer = encodeServed(random.one(answers));
      decodeServed(Buffer.from(changedJson(answer, random)));
      decodeServed(mutated(Buffer.from(JSON.stringify(answer)), random));
    },
  },
  {
    name: "a server's description",
    throws: [],
    run: (random) => {
      decodeDescription(Buffer.from(changedJson(description, random)));
      decodeDescription(mutated(Buffer.from(JSON.stringify(description)), random));
    },
  },
  {
    name: "a signed request",
    throws: [],
    run: (random) => {
      const changed = mutatedJson(JSON.parse(JSON.stringify(sealed)), random);
      const opened = openSealed(changed, TOKEN, SIGNED_AT);
      const isTaken = opened.request !== undefined && opened.request !== sealed.request;
      if (isTaken) throw new Error("another request was taken for the one that was signed");
    },
  },
  {
    name: "a frame of an agent",
    throws: [BrokenFrame],
    run: (random) => {
      const frame = Buffer.concat(encodeFrame(mutatedJson(random.one(fromAgent), random) as object, Buffer.alloc(9)));
      for (const one of new FrameReader(FROM_AGENT).add(mutated(frame, random))) readFromAgent(one);
    },
  },
  {
    name: "a greeting",
    throws: [],
    run: (random) => {
      const line = `\n${GREETING}${changedJson(greeting, random)}\n`;
      new GreetingReader().add(mutated(Buffer.from(line), random));
    },
  },
];
