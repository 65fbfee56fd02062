/**
 * Starts agents as the tasks of job arrays. An array is one request of the controller, whatever its size; and its tasks call back, so that no command
 * runs here for each of them, as with `srun`.
 */
import { textOf } from "../../../util/describe-value.js";
import { SECOND_MS } from "../../../util/time.js";
import type { Connection } from "../connection.js";
import type { Launcher } from "../launcher.js";
import { type Program, quoted, startArguments } from "../program.js";
import { ArrayConnection } from "./array-connection.js";
import { CallBacks } from "./call-backs.js";
import { cancel, cancelNow, submit, type TaskState, tasksOf } from "./commands.js";

/** Time between two looks at the queue, ms. */
const LOOK_MS = 5 * SECOND_MS;

/** States of a task that may still call back. */
const ALIVE = new Set([
  "PENDING",
  "CONFIGURING",
  "RUNNING",
  "SUSPENDED",
  "STOPPED",
  "RESIZING",
  "SIGNALING",
  "STAGE_OUT",
]);

/** What Slurm says of a task that has ended by itself, and not well. */
const FAILED_REASON = "NonZeroExitCode";

/** Some minutes after its end, Slurm knows nothing of a task any more. */
const UNKNOWN: TaskState = { state: "of which Slurm knows no more", reason: "" };

export interface ArraySettings {
  /** Options of `sbatch`. */
  args: readonly string[];
  node: string;
  address: string | undefined;
}

export class ArrayLauncher implements Launcher {
  readonly #settings: ArraySettings;
  readonly #callBacks: CallBacks;
  readonly #connections = new Set<ArrayConnection>();
  readonly #jobs = new Set<string>();
  #waiting: ArrayConnection[] = [];
  #looks: NodeJS.Timeout | undefined;

  constructor(settings: ArraySettings) {
    this.#settings = settings;
    this.#callBacks = new CallBacks(settings.address, (task, socket) => {
      const connection = [...this.#connections].find((one) => one.task === task && !one.isOpen);
      // One that Slurm has started again, after it was replaced.
      if (!connection) socket.destroy();
      else connection.open(socket, () => void this.#end(connection));
    });
  }

  launch(_host: string, program: Program): Connection {
    const connection = new ArrayConnection((task) => cancel([task]));
    this.#connections.add(connection);
    void connection.ended.then(() => this.#connections.delete(connection));
    // All that are asked for at once are one array.
    if (this.#waiting.push(connection) === 1) setImmediate(() => void this.#submit(program));
    return connection;
  }

  async close(): Promise<void> {
    clearInterval(this.#looks);
    this.#looks = undefined;
    await cancel([...this.#jobs]).catch(() => {});
    this.#jobs.clear();
    await this.#callBacks.close();
  }

  kill(): void {
    cancelNow([...this.#jobs]);
  }

  async #submit(program: Program): Promise<void> {
    const tasks = this.#waiting.splice(0);
    try {
      const { args } = this.#settings;
      const job = await submit([`--array=0-${tasks.length - 1}`, ...args], await this.#script(program));
      this.#jobs.add(job);
      for (const [i, connection] of tasks.entries()) connection.task = `${job}_${i}`;
      this.#looks ??= setInterval(() => void this.#look(), LOOK_MS).unref();
    } catch (error) {
      for (const connection of tasks) connection.fail({ why: textOf(error) });
    }
  }

  /** Slurm shows a script to its owner and to administrators alone. */
  async #script(program: Program): Promise<string> {
    const words = startArguments(program, this.#settings.node, await this.#callBacks.place());
    const task = '"$SLURM_ARRAY_JOB_ID"_"$SLURM_ARRAY_TASK_ID"';
    return `#!/bin/sh\nexport NODEWREN_KEY=${this.#callBacks.key}\nexec ${words.map(quoted).join(" ")} ${task}\n`;
  }

  /** Its connection is closed: why, Slurm may tell. */
  async #end(connection: ArrayConnection): Promise<void> {
    const { task = "" } = connection;
    const states = await tasksOf([task]).catch(() => undefined);
    connection.fail({ why: endText(connection, states?.get(task) ?? UNKNOWN) });
  }

  /** Learns from the queue what waits, and what has ended. */
  async #look(): Promise<void> {
    const jobs = [...this.#jobs];
    if (jobs.length === 0) return;
    // A controller that does not answer may do so the next time.
    const states = await tasksOf(jobs).catch(() => undefined);
    if (!states) return;
    for (const connection of this.#connections)
      if (connection.task !== undefined) see(connection, states.get(connection.task) ?? UNKNOWN);
    const isUsed = (job: string) => [...this.#connections].some(({ task }) => task?.startsWith(`${job}_`));
    for (const job of jobs) if (!isUsed(job)) this.#jobs.delete(job);
  }
}

function see(connection: ArrayConnection, found: TaskState): void {
  const { state, reason } = found;
  if (ALIVE.has(state)) connection.waitsFor = state === "PENDING" ? reason : undefined;
  // One that is about to end closes what it has opened.
  else if (!connection.isOpen || state !== "COMPLETING") connection.fail({ why: endText(connection, found) });
}

function endText({ task, isOpen }: ArrayConnection, { state, reason }: TaskState): string {
  const words = [state, reason].filter((word) => word !== "" && word !== "None").join(", ");
  const hint =
    reason === FAILED_REASON && !isOpen
      ? ". See what it printed: add --output=FILE to the args. Where Node is not found, give its path with the option node"
      : "";
  return `task ${task} of Slurm ended ${isOpen ? "" : "before it called back "}(${words})${hint}`;
}
