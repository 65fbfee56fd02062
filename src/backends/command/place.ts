/** One host: the link to it, opened when first needed and again when it was lost, and the workers there. */
import { setTimeout as sleep } from "node:timers/promises";
import { SECOND_MS } from "../../util/time.js";
import type { Hello } from "../../wire/agent.js";
import type { ProcessSetting } from "../../wire/messages.js";
import type { WorkerSetting } from "../backend.js";
import { settingForWorker } from "../pool/process-setting.js";
import { START_MS } from "../pool/signs-of-life.js";
import { WorkerProcess } from "../pool/worker-process.js";
import type { Connection } from "./connection.js";
import { HostFailure } from "./host-failure.js";
import { Link } from "./link.js";
import type { WorkerHost } from "./options.js";
import type { Program } from "./program.js";
import { RemoteChild } from "./remote-child.js";

/** Pause before a host is tried again, ms; it doubles with each failure. */
const FIRST_REST_MS = SECOND_MS;
const MAX_REST_MS = 30 * SECOND_MS;

/** Silence of a worker after which it is given up, ms: what it says comes through a network. */
const WORKER_SILENT_MS = 30 * SECOND_MS;

/** Looks for a file, one a second: network file systems remember for some seconds what was not there. */
const LOOKS = 5;

export interface PlaceOptions {
  host: WorkerHost;
  connect(): Connection;
  program(): Program;
  startTimeoutMs: number;
  /** Whether the link ends with the last worker. */
  endsIdle: boolean;
  /** The host has answered, may be tried again, or has failed. */
  onChange(place: Place): void;
}

export class Place {
  readonly #options: PlaceOptions;
  readonly #workers = new Set<WorkerProcess>();
  #link: Link | undefined;
  readonly #ending = new Set<Promise<void>>();
  #up: Promise<Link> | undefined;
  #rest: NodeJS.Timeout | undefined;
  #failures = 0;
  #isClosed = false;
  /** What the host said of itself; undefined while it is not connected. */
  hello: Hello | undefined;
  /** Why it runs nothing now; undefined when nothing is known against it. */
  failure: HostFailure | undefined;

  constructor(options: PlaceOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.host.name;
  }

  /** Worker processes that may run there at once: as many as it has cores, if it was not said; one until it has told. */
  get size(): number {
    return this.failure?.isFinal ? 0 : (this.#options.host.workers ?? this.hello?.cores ?? 1);
  }

  get hasRoom(): boolean {
    return this.failure === undefined && this.#workers.size < this.size;
  }

  /** Part of its room that is taken; more than 1 where the host has not answered yet. */
  get load(): number {
    return this.#workers.size / this.size + (this.hello ? 0 : 1);
  }

  get waitsFor(): string | undefined {
    return this.#link?.waitsFor;
  }

  /** Resolves once the host has answered. Rejects with `HostFailure`. */
  connect(): Promise<Link> {
    this.#isClosed = false;
    this.#up ??= this.#open();
    return this.#up;
  }

  /** What the host tells of itself, and whether it sees the file, which its file system may show late. */
  async look(file: string | undefined): Promise<{ hello: Hello; seesFile: boolean | undefined }> {
    const link = await this.connect();
    const hello = await link.hello;
    if (file === undefined) return { hello, seesFile: undefined };
    for (let look = 0; look < LOOKS; look++) {
      if (await link.sees(file)) return { hello, seesFile: true };
      await sleep(SECOND_MS);
    }
    return { hello, seesFile: false };
  }

  start(setting: WorkerSetting): WorkerProcess {
    const { store } = setting;
    const own: Omit<ProcessSetting, "hostPid"> = {
      ...settingForWorker(setting),
      place: this.name,
      workersInside: 1,
      startsNoJobs: true,
    };
    const folder = store.kind === "file" ? String(store.folder) : undefined;
    const link = this.connect();
    const child = new RemoteChild(link, { setting: own, folder });
    const worker = new WorkerProcess(setting, child, { waitsForReady: true, silentMs: WORKER_SILENT_MS });
    this.#workers.add(worker);
    void link.then(
      () => this.#endLate(worker),
      () => {},
    );
    void worker.retired.then(() => this.#lose(worker));
    return worker;
  }

  /** Ends the link; the next shard opens another one. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.failure = undefined;
    clearTimeout(this.#rest);
    await Promise.all([this.#endLink(), ...this.#ending]);
  }

  kill(): void {
    this.#link?.kill();
  }

  async #open(): Promise<Link> {
    const { connect, program, startTimeoutMs, onChange } = this.#options;
    const link = new Link(connect(), program(), startTimeoutMs);
    this.#link = link;
    link.hello.catch((failure: HostFailure) => this.#drop(link, failure));
    void link.ended.then((why) => this.#drop(link, new HostFailure(why)));
    this.hello = await link.hello;
    this.#failures = 0;
    this.failure = undefined;
    onChange(this);
    return link;
  }

  /** One that hangs as it starts. */
  #endLate(worker: WorkerProcess): void {
    const late = () => {
      this.#fail(new HostFailure(`a worker did not start within ${START_MS / SECOND_MS} s`));
      worker.kill();
    };
    const timer = setTimeout(late, START_MS).unref();
    void Promise.race([worker.ready, worker.retired]).then(() => clearTimeout(timer));
  }

  #lose(worker: WorkerProcess): void {
    this.#workers.delete(worker);
    const { startFailure } = worker;
    if (startFailure && this.#link) this.#fail(HostFailure.of(startFailure));
    const isUnused = this.#options.endsIdle || this.failure?.isFinal === true;
    if (this.#workers.size === 0 && isUnused) void this.#endLink();
  }

  #endLink(): Promise<void> | undefined {
    const link = this.#forget();
    if (!link) return undefined;
    const ending = link.close().then(() => void this.#ending.delete(ending));
    this.#ending.add(ending);
    return ending;
  }

  #forget(): Link | undefined {
    const link = this.#link;
    this.#link = undefined;
    this.#up = undefined;
    this.hello = undefined;
    return link;
  }

  #drop(link: Link, failure: HostFailure): void {
    if (this.#link !== link) return;
    this.#forget();
    this.#fail(failure);
  }

  /** Another try comes after a pause. */
  #fail(failure: HostFailure): void {
    if (this.#isClosed || this.failure) return;
    this.failure = failure;
    const restMs = Math.min(MAX_REST_MS, FIRST_REST_MS * 2 ** this.#failures++);
    if (!failure.isFinal) this.#rest = setTimeout(() => this.#wake(), restMs).unref();
    this.#options.onChange(this);
  }

  #wake(): void {
    this.failure = undefined;
    this.#options.onChange(this);
  }
}
