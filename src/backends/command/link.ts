/** What is said with the agent on a host: its greeting, the workers' program if it lacks that, and the frames of all its workers. */
import type { Readable, Writable } from "node:stream";
import {
  AGENT_BEAT_MS,
  FROM_AGENT,
  type FromAgent,
  type Hello,
  readFromAgent,
  type ToAgent,
} from "../../wire/agent.js";
import { encodeFrame, FrameReader } from "../../wire/frames.js";
import { WIRE_VERSION } from "../../wire/version.js";
import type { Connection } from "./connection.js";
import { GreetingReader } from "./greeting.js";
import { HostFailure, tooOld } from "./host-failure.js";
import type { Program } from "./program.js";

/** Silence of an agent after which its host counts as lost, ms. It beats each five seconds. */
const AGENT_SILENT_MS = 30_000;

export interface LinkListener {
  onData(pipe: number, bytes: Uint8Array): void;
  onEnd(end: { code: number | null; signal: string | null } | { error: Error }): void;
}

export class Link {
  /** Rejects with `HostFailure`. */
  readonly hello: Promise<Hello>;
  /** Resolves with why, once nothing more can be said. */
  readonly ended: Promise<string>;
  readonly #connection: Connection;
  readonly #program: Program;
  readonly #frames = new FrameReader(FROM_AGENT);
  readonly #listeners = new Map<number, LinkListener>();
  readonly #looks = new Map<number, (isThere: boolean) => void>();
  readonly #greeting = new GreetingReader();
  #input: Writable | undefined;
  #sayHello!: (hello: Hello) => void;
  #fail!: (failure: HostFailure) => void;
  #resolveEnded!: (why: string) => void;
  #beats: NodeJS.Timeout | undefined;
  #silentMs = 0;
  #lastId = 0;

  /** @param startTimeoutMs time in which the agent must have said hello, ms; `Infinity`: any */
  constructor(connection: Connection, program: Program, startTimeoutMs: number) {
    this.#connection = connection;
    this.#program = program;
    this.hello = new Promise((resolve, reject) => {
      this.#sayHello = resolve;
      this.#fail = reject;
    });
    this.hello.catch(() => {});
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    void connection.streams.then((streams) => streams && this.#open(streams));
    void connection.ended.then(({ why, code }) => this.#end(new HostFailure(why, { code, said: this.#greeting.text })));
    this.#failLate(startTimeoutMs);
  }

  /** Why its host waits in a queue; undefined where it does not, or that is not known. */
  get waitsFor(): string | undefined {
    return this.#connection.waitsFor;
  }

  /** Starts a worker and gives its number. */
  start(message: Omit<Extract<ToAgent, { type: "start" }>, "type" | "id">, listener: LinkListener): number {
    const id = ++this.#lastId;
    this.#listeners.set(id, listener);
    this.send({ type: "start", id, ...message });
    return id;
  }

  /** Whether the host has such a file; false when it ends before it has told. */
  async sees(file: string): Promise<boolean> {
    const id = ++this.#lastId;
    const answer = new Promise<boolean>((resolve) => this.#looks.set(id, resolve));
    this.send({ type: "look", id, file });
    return Promise.race([answer, this.ended.then(() => false)]);
  }

  send(message: ToAgent, body?: Uint8Array): void {
    const input = this.#input;
    // Nothing is lost by it: the link has ended then, and that is told to all.
    if (!input?.writable) return;
    input.cork();
    for (const piece of encodeFrame(message, body)) input.write(piece);
    input.uncork();
  }

  hold(isBusy: boolean): void {
    this.#connection.hold(isBusy);
  }

  async close(): Promise<void> {
    await this.#connection.end();
    await this.ended;
  }

  kill(): void {
    this.#connection.kill();
  }

  #failLate(startTimeoutMs: number): void {
    if (startTimeoutMs === Infinity) return;
    const why = `it did not answer within ${startTimeoutMs / 1000} s`;
    const late = () => this.#break(new HostFailure(why, { said: this.#greeting.text }));
    const timer = setTimeout(late, startTimeoutMs);
    void Promise.race([this.hello, this.ended]).then(
      () => clearTimeout(timer),
      () => clearTimeout(timer),
    );
  }

  #open({ input, output }: { input: Writable; output: Readable }): void {
    this.#input = input;
    output.on("data", (chunk: Buffer) => this.#read(chunk));
    this.#beats = setInterval(() => this.#beat(), AGENT_BEAT_MS).unref();
  }

  #read(chunk: Buffer): void {
    this.#silentMs = 0;
    try {
      const frames = this.#greeting.isOver ? chunk : this.#readGreeting(chunk);
      if (frames) this.#readFrames(frames);
    } catch (error) {
      const isKnown = error instanceof HostFailure;
      this.#break(
        isKnown ? error : new HostFailure("something else than nodewren wrote into what its command puts out"),
      );
    }
  }

  #readGreeting(chunk: Buffer): Buffer | undefined {
    const rest = this.#greeting.add(chunk);
    const { greeting } = this.#greeting;
    if (!greeting) return undefined;
    const failure = tooOld(greeting);
    if (failure) throw failure;
    if (!greeting.has) this.#input?.write(this.#program.bytes);
    return rest;
  }

  #readFrames(chunk: Buffer): void {
    for (const frame of this.#frames.add(chunk)) {
      const message = readFromAgent(frame);
      if (!message) throw new TypeError("The frame holds no message of an agent.");
      this.#take(message, frame.body);
    }
  }

  #take(message: FromAgent, body: Uint8Array): void {
    if (message.type === "hello") this.#meet(message);
    else if (message.type === "found") this.#looks.get(message.id)?.(message.isThere);
    else if (message.type === "data") this.#listeners.get(message.id)?.onData(message.pipe, body);
    else if (message.type !== "beat") this.#endWorker(message);
  }

  #endWorker(message: Extract<FromAgent, { type: "exit" | "failed" }>): void {
    const listener = this.#listeners.get(message.id);
    this.#listeners.delete(message.id);
    listener?.onEnd(message.type === "exit" ? message : { error: new HostFailure(message.message, message) });
  }

  #meet(hello: Hello): void {
    if (hello.version === WIRE_VERSION) this.#sayHello(hello);
    else throw new HostFailure("its workers' program is of another release");
  }

  #beat(): void {
    this.#silentMs += AGENT_BEAT_MS;
    this.send({ type: "beat" });
    // Before its hello, the time that it takes to start is what counts.
    if (this.#silentMs > AGENT_SILENT_MS && this.#greeting.isOver)
      this.#break(
        new HostFailure(
          `nothing was heard of it for ${AGENT_SILENT_MS / 1000} s. If that is so each time, its command keeps bytes back: srun needs --unbuffered`,
        ),
      );
  }

  /** Nothing can be said any more, though the command may go on. */
  #break(failure: HostFailure): void {
    this.#end(failure);
    void this.#connection.end();
  }

  #end(failure: HostFailure): void {
    clearInterval(this.#beats);
    this.#input = undefined;
    this.#fail(failure);
    this.#resolveEnded(failure.message);
  }
}
