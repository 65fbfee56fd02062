/** The pipes between the host and a worker's process: messages both ways, and what the worker tells of itself. */
import type { Duplex } from "node:stream";
import { encodeToWorker, FromWorkerReader } from "../../wire/channel.js";
import { LastPrinted } from "../../wire/last-printed.js";
import type { Beat, FromWorker, Printed, StatusLine, ToWorker } from "../../wire/messages.js";
import { readBeat, readPrinted, readStatusLine } from "../../wire/read-status.js";
import type { LastWords } from "../death.js";
import { LinesTail, TextTail } from "./tail-buffer.js";
import type { WorkerChild } from "./worker-child.js";

/** Time between the end of a worker's pipe and its own, ms. One that lives on has closed the pipe itself. */
const PIPE_END_MS = 1000;

export interface PipeListener {
  onMessage(message: FromWorker): void;
  onBeat(beat: Beat): void;
  onPrinted(printed: Printed): void;
  /** The worker may live, but nobody can speak with it any more. */
  onBroken(why: string): void;
}

export class WorkerPipes {
  readonly #listener: PipeListener;
  readonly #channel: Duplex | undefined;
  readonly #messages = new FromWorkerReader();
  readonly #stderr = new TextTail();
  readonly #printed = new LastPrinted();
  readonly #status = new LinesTail<StatusLine>((line) => this.#readStatus(line));

  constructor({ channel, stdout, stderr, status }: WorkerChild, listener: PipeListener) {
    this.#listener = listener;
    this.#channel = channel;
    stdout?.resume();
    this.#stderr.follow(stderr);
    this.#status.follow(status);
    channel?.on("data", (chunk) => this.#read(chunk));
    for (const pipe of [channel, status]) pipe?.on("close", () => this.#onClose());
    // A broken pipe says no more than the end of its process does.
    for (const pipe of [channel, stdout, stderr, status]) pipe?.on("error", () => {});
  }

  /** The last that the worker said of what it runs. */
  lastWords(attemptId: string): LastWords {
    return { status: this.#status.last(), printed: this.#printed.of(attemptId), stderr: this.lastLines };
  }

  /** Last lines of the worker's stderr. */
  get lastLines(): string {
    return this.#stderr.text();
  }

  send(message: ToWorker): void {
    const pieces = encodeToWorker(message);
    // A failed send is not lost: the process is dead then, and its end says so.
    if (!this.#channel?.writable) return;
    this.#channel.cork();
    for (const piece of pieces) this.#channel.write(piece);
    this.#channel.uncork();
  }

  /** Nothing that comes is trusted to be ours: the user's function can write to the same pipe. */
  #read(chunk: Buffer): void {
    let messages: FromWorker[];
    try {
      messages = this.#messages.add(chunk);
    } catch {
      this.#channel?.removeAllListeners("data").resume();
      this.#listener.onBroken("something else than nodewren wrote to its channel");
      return;
    }
    for (const message of messages) this.#listener.onMessage(message);
  }

  #readStatus(line: string): StatusLine | undefined {
    const beat = readBeat(line);
    if (beat) this.#listener.onBeat(beat);
    const printed = readPrinted(line);
    if (printed) {
      this.#printed.add(printed);
      this.#listener.onPrinted(printed);
    }
    return readStatusLine(line);
  }

  /** The pipes of a process that ends are closed as well: it is given the time to end. */
  #onClose(): void {
    setTimeout(() => this.#listener.onBroken("its channel was closed"), PIPE_END_MS).unref();
  }
}
