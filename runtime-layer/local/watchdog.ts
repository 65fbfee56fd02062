/**
 * A thread of each local worker that goes on while the user's function blocks the main one: it ends the process when a
 * call overruns its time or memory, or when the host has died, and leaves word of what was running.
 */
import { renameSync, rmSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { CallClock } from "../../src/worker/watchdog/call-clock.js";
import { userLimit } from "../../src/worker/watchdog/memory-limit.js";
import { type Overrun, overrunOf, Suspects } from "../../src/worker/watchdog/overrun.js";
import { reportStatus } from "./status-pipe.js";

interface Setting {
  clock: Float64Array;
  hostPid: number;
  /** Limit of the user's memory in MiB; undefined: none. */
  memoryMb: number | undefined;
  /** The host's temporary store; undefined: it has none, or not yet. */
  temporaryFolder: string | undefined;
}

/** Time between two looks, ms: how late a time limit may be noticed. */
const TICK_MS = 20;

/** Time between two beats, ms. */
const BEAT_MS = 1000;

/** A dead host's pipes close before its children get another parent; by then they have it, ms. */
const REPARENTED_MS = 1000;

const { clock: memory, hostPid, memoryMb, ...setting } = workerData as Setting;
const clock = new CallClock(memory);
const suspects = new Suspects(clock, TICK_MS);
const memoryLimit = userLimit(memoryMb);
let { temporaryFolder } = setting;

parentPort?.on("message", (message: { type: "orphaned" } | { type: "temporary"; folder: string }) => {
  if (message.type === "temporary") temporaryFolder = message.folder;
  else setTimeout(endUnheard, REPARENTED_MS);
});
setInterval(look, TICK_MS);
setInterval(() => reportStatus({ type: "beat", taken: clock.shardsTaken }), BEAT_MS);

function look(): void {
  if (isOrphan()) endOrphan();
  const overrun = overrunOf(clock, memoryLimit);
  if (overrun) end(overrun);
  const suspect = suspects.next();
  if (suspect) reportStatus(suspect);
}

function end(overrun: Overrun): void {
  reportStatus(overrun);
  process.kill(process.pid, "SIGKILL");
}

/** A dead host's children get another parent; where they keep its id, as on Windows, the host answers no signal. */
function isOrphan(): boolean {
  if (process.ppid !== hostPid) return true;
  try {
    process.kill(hostPid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** The channel was closed, but not by the host's death: the user's function did it, and nothing can be answered now. */
function endUnheard(): void {
  process.kill(process.pid, "SIGKILL");
}

/** Nobody else can remove the folder of a host that was killed. */
function endOrphan(): void {
  try {
    if (temporaryFolder !== undefined) {
      // Under another name first, so that calls that still go on cannot store anything more in it.
      const gone = `${temporaryFolder}.gone`;
      renameSync(temporaryFolder, gone);
      rmSync(gone, { recursive: true, force: true, maxRetries: 2 });
    }
  } catch {
    // Another worker of the same host is at it, too.
  }
  process.kill(process.pid, "SIGKILL");
}
