/** One process of a function, from its start to its end. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Deployment } from "./deployment.js";
import { MB } from "./limits.js";
import { peakMemory, watchMemory } from "./memory.js";
import type { Settings } from "./options.js";
import type { ProcessEnd } from "./outcome.js";
import { nodeFlags, type Place, processEnv } from "./process-env.js";
import type { Reaper } from "./reaper.js";
import { onResults, type Result } from "./results.js";

const PRELOAD = fileURLToPath(new URL("preload.cjs", import.meta.url));
const ENTRY = fileURLToPath(new URL("entry.mjs", import.meta.url));
/** How long the last output of an ended process may take to arrive, ms. A stranger may hold its pipes open. */
const LAST_OUTPUT_MS = 500;

export interface ProcessEvents {
  onResult(result: Result): void;
  onOutput(text: string): void;
  /** After its last output. */
  onEnd(end: ProcessEnd & { isOutOfMemory: boolean }): void;
}

export class FunctionProcess {
  #child: ChildProcess;
  #stopWatch = () => {};
  #isOutOfMemory = false;
  #peak = 0;

  constructor(deployment: Deployment, settings: Settings, place: Place, reaper: Reaper, events: ProcessEvents) {
    const { config, taskRoot } = deployment;
    this.#child = spawn(settings.nodePath(config.Runtime), [...nodeFlags(deployment), "--require", PRELOAD, ENTRY], {
      cwd: taskRoot,
      env: processEnv(deployment, settings, place),
      // A group of its own, so that what the function has started ends with it.
      detached: true,
      // The last is the pipe by which results come: RESULTS_FD in preload.cjs.
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const [, stdout, stderr, results] = this.#child.stdio as Readable[];
    for (const output of [stdout, stderr]) output?.setEncoding("utf8").on("data", (text) => events.onOutput(text));
    onResults(results as Readable, (result) => events.onResult(result));
    this.#whenEnded((end) => events.onEnd({ ...end, isOutOfMemory: this.#isOutOfMemory }), reaper);
    if (this.pid === undefined) return;
    reaper.add(this.pid);
    this.#stopWatch = watchMemory(this.pid, config.MemorySize * MB, () => {
      this.#isOutOfMemory = true;
      this.kill();
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The most memory that it has had so far, bytes. */
  get peakBytes(): number {
    if (this.pid !== undefined) this.#peak = Math.max(this.#peak, peakMemory(this.pid));
    return this.#peak;
  }

  kill(): void {
    this.#peak = this.peakBytes;
    killGroup(this.pid);
  }

  #whenEnded(onEnd: (end: ProcessEnd) => void, reaper: Reaper): void {
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    const over = (code: number | null, signal: NodeJS.Signals | null) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      onEnd({ code, signal });
    };
    this.#child.once("error", () => over(1, null));
    this.#child.once("exit", (code, signal) => {
      this.#stopWatch();
      killGroup(this.pid);
      if (this.pid !== undefined) reaper.remove(this.pid);
      timer = setTimeout(() => over(code, signal), LAST_OUTPUT_MS);
    });
    this.#child.once("close", over);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
