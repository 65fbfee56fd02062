/** What is asked of Slurm, by its own commands. */
import { execFile, spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { SECOND_MS } from "../../../util/time.js";

/** Time for a command of Slurm, whose controller may be busy, ms. */
const COMMAND_MS = 30 * SECOND_MS;

/** Time for it in the last instant of this process, ms. */
const LAST_MS = 5 * SECOND_MS;

/** A task as `squeue` tells of it. */
export interface TaskState {
  /** Such as `"PENDING"`, `"RUNNING"`, `"CANCELLED"`. */
  state: string;
  /** Why it waits, or has failed, such as `"Resources"`, `"NonZeroExitCode"`. */
  reason: string;
}

/** Submits the script and gives the job's id. Rejects with what the command said. */
export async function submit(args: readonly string[], script: string): Promise<string> {
  const child = spawn("sbatch", ["--parsable", ...args], { stdio: "pipe", timeout: COMMAND_MS });
  const code = new Promise<number | null>((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`sbatch could not be started: ${error.message}`)));
    child.once("close", resolve);
  });
  child.stdin.on("error", () => {});
  child.stdin.end(script);
  const [exit, stdout, stderr] = await Promise.all([code, text(child.stdout), text(child.stderr)]);
  if (exit !== 0) throw new Error(stderr.trim() || `sbatch ended with exit code ${exit}`);
  // A cluster's name may follow.
  return stdout.trim().split(";")[0] as string;
}

/** The tasks that Slurm still knows of these jobs; those that have ended minutes ago it does not. */
export async function tasksOf(jobs: readonly string[]): Promise<Map<string, TaskState>> {
  const args = ["--noheader", "--array", "--states=all", `--jobs=${jobs.join(",")}`, "--format=%i|%T|%r"];
  const stdout = await run("squeue", args).catch((error: Error) => {
    if (/Invalid job id/i.test(error.message)) return "";
    throw error;
  });
  const tasks = new Map<string, TaskState>();
  for (const line of stdout.split("\n")) {
    const [task, state, reason] = line.trim().split("|");
    if (task && state) tasks.set(task, { state, reason: reason ?? "" });
  }
  return tasks;
}

/** Of jobs or tasks; those that have ended already are left alone. */
export async function cancel(ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await run("scancel", ["--quiet", ...ids]);
}

export function cancelNow(ids: readonly string[]): void {
  if (ids.length > 0) spawnSync("scancel", ["--quiet", ...ids], { stdio: "ignore", timeout: LAST_MS });
}

async function run(command: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { timeout: COMMAND_MS, maxBuffer: 64 * 2 ** 20 });
  return stdout;
}
