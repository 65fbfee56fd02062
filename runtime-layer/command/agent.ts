/**
 * Starts workers on another machine for a host that hears it through one channel, such as an ssh connection. Nothing of the user's runs in it: so what
 * calls print or break cannot damage that channel, and a worker that dies is told of, and replaced, without a new connection.
 */
import { randomBytes } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beginningOf, sweepTemporaryFolders } from "../../src/stores/file/temporary-folder.js";
import { AGENT_BEAT_MS, type FromAgent, TO_AGENT, type ToAgent } from "../../src/wire/agent.js";
import { encodeFrame, FrameReader } from "../../src/wire/frames.js";
import { WIRE_VERSION } from "../../src/wire/version.js";
import { AgentWorker } from "./agent-worker.js";

/** Silence of the host after which it counts as gone, ms. It beats each five seconds, but may compute for a while. */
const HOST_SILENT_MS = 2 * 60_000;

/** Time between two looks for the store's folder, and in which it must be seen, ms. */
const LOOK_MS = 250;
const UNSEEN_MS = 4000;

/** @param program folder of the program, if it is to be removed in the end */
export function run(input: Readable, output: Writable, program?: string): void {
  new Agent(input, output, program).start();
}

class Agent {
  readonly #input: Readable;
  readonly #output: Writable;
  readonly #program: string | undefined;
  readonly #frames = new FrameReader(TO_AGENT);
  readonly #workers = new Map<number, AgentWorker>();
  /** Of workers, for packages that travel as files; made by the first that needs it. If all of them are killed at once, the next agent sweeps it. */
  readonly #scratch = join(tmpdir(), `${beginningOf(process.pid)}${randomBytes(3).toString("hex")}`);
  /** Workers that wait for their store's folder; those that are ended meanwhile leave. */
  readonly #starting = new Set<number>();
  #silentMs = 0;

  constructor(input: Readable, output: Writable, program: string | undefined) {
    this.#input = input;
    this.#output = output;
    this.#program = program;
  }

  start(): void {
    const end = () => this.#end();
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
    for (const stream of [this.#input, this.#output]) stream.on("error", end).on("close", end);
    this.#input.on("end", end);
    this.#input.on("data", (chunk: Buffer) => this.#read(chunk));
    this.#output.on("drain", () => this.#setFlowing(true));
    setInterval(() => this.#beat(), AGENT_BEAT_MS);
    sweepTemporaryFolders().catch(() => {});
    const { version: node, platform, arch, versions } = process;
    const system = { platform, arch, libc: libcHere(), abi: versions.modules };
    this.#send({ type: "hello", version: WIRE_VERSION, node, cores: availableParallelism(), system });
  }

  #read(chunk: Buffer): void {
    this.#silentMs = 0;
    for (const { json, body } of this.#frames.add(chunk)) this.#take(json as ToAgent, body);
  }

  #take(message: ToAgent, body: Uint8Array): void {
    if (message.type === "beat") return;
    const { id } = message;
    if (message.type === "start") void this.#startWorker(message);
    else if (message.type === "data") this.#workers.get(id)?.write(body);
    else if (message.type === "kill") this.#kill(id);
    else this.#send({ type: "found", id, isThere: existsSync(message.file) });
  }

  /** Network file systems remember for some seconds what was not there. */
  async #startWorker({ id, setting, folder }: Extract<ToAgent, { type: "start" }>): Promise<void> {
    this.#starting.add(id);
    for (let waitedMs = 0; folder !== undefined && !existsSync(folder); waitedMs += LOOK_MS) {
      if (waitedMs >= UNSEEN_MS) return this.#refuse(id, folder);
      await sleep(LOOK_MS);
    }
    if (!this.#starting.delete(id)) {
      this.#send({ type: "exit", id, code: null, signal: "SIGKILL" });
      return;
    }
    const packagesFolder = `${this.#scratch}/${id}`;
    const worker = new AgentWorker(
      { ...setting, packagesFolder, temporaryFolder: this.#scratch },
      {
        onData: (pipe, bytes) => this.#send({ type: "data", id, pipe }, bytes),
        onEnd: (end) => {
          this.#workers.delete(id);
          rmSync(packagesFolder, { recursive: true, force: true });
          const { message = "" } = "error" in end ? end.error : {};
          this.#send("error" in end ? { type: "failed", id, message, isFinal: false } : { type: "exit", id, ...end });
        },
      },
    );
    this.#workers.set(id, worker);
  }

  #kill(id: number): void {
    const worker = this.#workers.get(id);
    if (worker) worker.kill();
    else this.#starting.delete(id);
  }

  #refuse(id: number, folder: string): void {
    const message = `it does not see the store's folder ${folder}. Put the store into a folder that all of them share, say with the option folders where it lies there, or use one of S3`;
    this.#send({ type: "failed", id, message, isFinal: true });
  }

  #beat(): void {
    this.#silentMs += AGENT_BEAT_MS;
    if (this.#silentMs > HOST_SILENT_MS) this.#end();
    this.#send({ type: "beat" });
  }

  /** What calls print may come faster than it can be told. */
  #setFlowing(isFlowing: boolean): void {
    for (const worker of this.#workers.values()) worker.setFlowing(isFlowing);
  }

  #send(message: FromAgent, body?: Uint8Array): void {
    if (!this.#output.writable) return;
    this.#output.cork();
    let hasRoom = true;
    for (const piece of encodeFrame(message, body)) hasRoom = this.#output.write(piece);
    this.#output.uncork();
    if (!hasRoom) this.#setFlowing(false);
  }

  /** The host is gone, or this is to end: so do the workers, at once. */
  #end(): never {
    for (const worker of this.#workers.values()) worker.kill();
    rmSync(this.#scratch, { recursive: true, force: true });
    if (this.#program !== undefined) rmSync(dirname(fileURLToPath(import.meta.url)), { recursive: true, force: true });
    process.exit(0);
  }
}

/** Musl's builds of Node name no version of glibc. */
function libcHere(): "glibc" | "musl" | undefined {
  if (process.platform !== "linux") return undefined;
  Object.assign(process.report, { excludeNetwork: true });
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime === undefined ? "musl" : "glibc";
}
