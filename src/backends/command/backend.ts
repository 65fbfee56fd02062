/** Runs shards on workers that a command starts: on hosts that ssh reaches, in jobs of a cluster, in containers. */

import { existsSync } from "node:fs";
import { atExit } from "../../util/at-exit.js";
import { asCalled } from "../../util/called.js";
import { INSPECT, type InspectArguments, inspected } from "../../util/inspected.js";
import { MAX_TIMER_MS } from "../../util/time.js";
import type { Answer, ShardRequest } from "../../wire/messages.js";
import { systemText } from "../../wire/system.js";
import type { Backend, BackendLimits, OnHeld, OnPrinted, WorkerSetting } from "../backend.js";
import { INLINE_BYTES, WorkerPool } from "../pool/worker-pool.js";
import { Folders } from "./folders.js";
import { Hosts } from "./hosts.js";
import { CommandLauncher, type Launcher } from "./launcher.js";
import { type CommandBackendOptions, type CommandSettings, commandSettings } from "./options.js";
import { Place } from "./place.js";
import { type Program, workerProgram } from "./program.js";
import { QueueNote } from "./queue-note.js";

/** As on this machine: a shard costs little more there. */
const SHARDS_PER_WORKER = 8;

/**
 * On each host, one command runs, and starts workers there, which serve any job; it ends with `close()`, or when the host of the job dies, and with it
 * all that it has started. Functions get what packages they need with the job: nothing is installed on the hosts but Node.
 */
export class CommandBackend implements Backend {
  readonly name: string = "command";
  readonly reach = "network";
  readonly sharesFolders = true;
  readonly takesTurns = true;
  readonly maxShardMs = Infinity;
  readonly #settings: CommandSettings;
  readonly #launcher: Launcher;
  readonly #places: readonly Place[];
  readonly #hosts: Hosts;
  readonly #pool: WorkerPool;
  readonly #folders: Folders;
  readonly #note: QueueNote;
  #program: Program | undefined;
  #forgetExit: (() => void) | undefined;

  /**
   * Starts nothing yet.
   *
   * @throws OptionError for an option that is unknown or out of range
   * @internal @param launcher starts the command in another way than as a process of this machine
   */
  constructor(options: CommandBackendOptions, launcher?: object) {
    const settings = asCalled(CommandBackend, () => commandSettings(options));
    this.#settings = settings;
    // Its type is nobody's who uses the package.
    this.#launcher = (launcher as Launcher | undefined) ?? new CommandLauncher(settings);
    this.#folders = new Folders(settings.folders);
    this.#places = settings.hosts.map((host) => this.#newPlace(host));
    this.#hosts = new Hosts(this.#places);
    this.#pool = new WorkerPool({
      concurrency: () => this.#hosts.size,
      idleTimeoutMs: settings.idleTimeoutMs,
      start: (setting) => this.#hosts.start(setting),
    });
    this.#note = new QueueNote(this.#places, () => this.#pool.isAwaited);
  }

  get limits(): BackendLimits {
    const { size: concurrency, system } = this.#hosts;
    return { concurrency, shardsPerWorker: SHARDS_PER_WORKER, inlineBytes: INLINE_BYTES, system };
  }

  [INSPECT](...how: InspectArguments): string {
    const hosts = this.#settings.hosts.map(({ name }) => name);
    return inspected("CommandBackend", { command: this.#settings.command.join(" "), hosts }, how);
  }

  /** Where hosts wait in a queue, how many workers there are is known without them. */
  async ready(): Promise<void> {
    if (this.#settings.startTimeoutMs !== Infinity) await awake(this.#hosts.connect());
  }

  /** @internal Names of the hosts, for `nodewren doctor`. */
  get hostNames(): string[] {
    return this.#places.map(({ name }) => name);
  }

  /** @internal Whether hosts wait in a queue before they answer. */
  get isQueued(): boolean {
    return this.#settings.startTimeoutMs === Infinity;
  }

  /**
   * @internal What the host tells of itself, as text, and whether it sees the file. Rejects when it does not answer.
   *
   * @param file path on this machine
   */
  async look(name: string, file?: string): Promise<{ about: string; seesFile: boolean | undefined }> {
    const place = this.#places.find((one) => one.name === name) as Place;
    const path = file === undefined ? undefined : this.#folders.pathOnHost(file);
    const { hello, seesFile } = await awake(place.look(path));
    const { node, system, cores } = hello;
    return { about: `Node ${node}, ${systemText({ ...system, abi: undefined })}, ${cores} cores`, seesFile };
  }

  /** A folder that is only made when something is first stored, no host could see yet. */
  warm(workers: number, setting: WorkerSetting): void {
    const { kind, folder } = setting.store;
    if (kind === "file" && !existsSync(String(folder))) return;
    this.#pool.warm(workers, { ...setting, store: this.#folders.onHost(setting.store) });
  }

  invoke(request: ShardRequest, signal: AbortSignal, _onHeld?: OnHeld, onPrinted?: OnPrinted): Promise<Answer> {
    this.#note.start();
    return awake(this.#pool.invoke(this.#folders.inRequest(request), signal, onPrinted));
  }

  async close(): Promise<void> {
    await awake(this.#close());
  }

  async #close(): Promise<void> {
    this.#note.stop();
    this.#forgetExit?.();
    this.#forgetExit = undefined;
    await Promise.all([this.#pool.close(), ...this.#places.map((place) => place.close())]);
    await this.#launcher.close();
  }

  #newPlace(host: CommandSettings["hosts"][number]): Place {
    const { startTimeoutMs, idleTimeoutMs } = this.#settings;
    const program = () => {
      this.#program ??= workerProgram();
      return this.#program;
    };
    return new Place({
      host,
      program,
      connect: () => {
        this.#forgetExit ??= atExit(() => this.#kill());
        return this.#launcher.launch(host.name, program());
      },
      startTimeoutMs,
      endsIdle: idleTimeoutMs !== undefined,
      onChange: (place) => this.#onChange(place),
    });
  }

  #kill(): void {
    for (const place of this.#places) place.kill();
    this.#launcher.kill();
  }

  #onChange(place: Place): void {
    this.#hosts.note(place);
    const refusal = this.#hosts.giveUp();
    if (refusal) this.#pool.failWaiting(refusal);
    else this.#pool.serve();
  }
}

/** Keeps this process alive as long as that takes: of what happens elsewhere, nothing here would. */
async function awake<T>(promise: Promise<T>): Promise<T> {
  const timer = setTimeout(() => {}, MAX_TIMER_MS);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
