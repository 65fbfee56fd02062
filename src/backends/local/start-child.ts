/** Starts a worker's process, and sees it end. */
import { type ChildProcess, spawn } from "node:child_process";
import { ownRequire } from "../../util/own-file.js";
import { callPlace } from "../../wire/call-place.js";
import type { ProcessSetting } from "../../wire/messages.js";
import type { WorkerSetting } from "../backend.js";
import { workerEnv } from "./worker-env.js";

/** Places of our own pipes among the child's standard streams, after the three usual ones. */
export const CHANNEL_FD = 3;
export const STATUS_FD = 4;

/** Time that a dead worker's pipes get to deliver their last words, ms. A grandchild may hold them open for ever. */
const LAST_WORDS_MS = 100;

export function startChild(setting: WorkerSetting, workersInside: number): ChildProcess {
  const { memoryMb } = setting;
  const entry = ownRequire.resolve("nodewren/worker");
  const flags = memoryMb === undefined ? [] : [`--max-old-space-size=${memoryMb}`];
  return spawn(process.execPath, [...flags, entry, JSON.stringify(processSettingOf(setting, workersInside))], {
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    env: workerEnv(process.env),
  });
}

function processSettingOf({ memoryMb, store }: WorkerSetting, workersInside: number): ProcessSetting {
  return {
    hostPid: process.pid,
    depth: (callPlace()?.depth ?? 0) + 1,
    workersInside,
    argv: process.argv,
    ...(memoryMb !== undefined && { memoryMb }),
    ...(store.temporary === true && { temporaryFolder: String(store.folder) }),
  };
}

export type Exit = { code: number | null; signal: string | null } | { error: Error };

export function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ error }));
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

export function lastWords(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LAST_WORDS_MS);
    child.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
