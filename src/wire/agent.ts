/**
 * What a host and an agent exchange: the program that a command starts on another machine, and that starts workers there. Frames as between host and
 * worker, each with a body of raw bytes or none; the pipes of all workers come through the one channel that the agent has.
 */
import { isCount, isFlag, isNumber, isText, orNone, wrongField } from "./checks.js";
import type { Frame, FrameLimits } from "./frames.js";
import type { ProcessSetting } from "./messages.js";
import type { System } from "./system.js";

/** Before its first frame, what is started says in a line of JSON behind this word what it runs on. Others may have printed before. */
export const GREETING = "nodewren-agent ";

/** What the line says: told by the few lines of code that the command line holds, which run on any Node. */
export interface Greeting {
  /** As in `process.version`. */
  node: string;
  platform: string;
  arch: string;
  /** Whether the workers' program is there already. If not, its bytes come next, before any frame. */
  has: boolean;
}

/** The oldest Node that workers run on, as in the package's "engines". */
export const OLDEST_NODE = { major: 20, minor: 19 };

/** Time between two beats, either way, ms. */
export const AGENT_BEAT_MS = 5000;

/** Pipes of a worker, by their places among its standard streams. */
export const WORKER_PIPES = { stderr: 2, channel: 3, status: 4 } as const;

export type ToAgent =
  /** Starts a worker. With a folder, only if that is there: it is where the store lies. */
  | { type: "start"; id: number; setting: Omit<ProcessSetting, "hostPid">; folder?: string | undefined }
  /** The body goes into the worker's channel. */
  | { type: "data"; id: number }
  | { type: "kill"; id: number }
  /** Asks whether there is such a file. */
  | { type: "look"; id: number; file: string }
  | { type: "beat" };

export type FromAgent =
  | ({ type: "hello" } & Hello)
  /** The body came out of that pipe of the worker. */
  | { type: "data"; id: number; pipe: number }
  | { type: "exit"; id: number; code: number | null; signal: string | null }
  /** The worker could not be started; `isFinal`: nor can any other. */
  | { type: "failed"; id: number; message: string; isFinal: boolean }
  | { type: "found"; id: number; isThere: boolean }
  | { type: "beat" };

export interface Hello {
  version: number;
  /** As in `process.version`. */
  node: string;
  /** Cores that the agent may use. */
  cores: number;
  system: System;
}

/** The host takes no larger frames: an agent hands on what pipes give, which is 64 KiB at once. */
export const FROM_AGENT: FrameLimits = { json: 64 * 1024, body: 1024 * 1024 };

export const TO_AGENT: FrameLimits = { json: 2 ** 32, body: 2 ** 32 };

const isSystem = (value: unknown) =>
  wrongField(value, { platform: isText, arch: orNone(isText), libc: orNone(isText), abi: orNone(isText) }) ===
  undefined;
const isCode = (value: unknown) => value === null || isNumber(value);
const isSignal = (value: unknown) => value === null || isText(value);

const FIELDS: Record<FromAgent["type"], Parameters<typeof wrongField>[1]> = {
  hello: { version: isCount, node: isText, cores: isCount, system: isSystem },
  data: { id: isCount, pipe: isCount },
  exit: { id: isCount, code: isCode, signal: isSignal },
  failed: { id: isCount, message: isText, isFinal: isFlag },
  found: { id: isCount, isThere: isFlag },
  beat: {},
};

/** The message in a frame of an agent; undefined when it is none. */
export function readFromAgent({ json }: Frame): FromAgent | undefined {
  const fields = FIELDS[(json as { type?: unknown } | null)?.type as FromAgent["type"]];
  return fields && wrongField(json, fields) === undefined ? (json as FromAgent) : undefined;
}
