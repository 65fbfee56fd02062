/** A task of a job array: it waits in the cluster's queue, runs, and calls back, which makes the streams. */
import type { TLSSocket } from "node:tls";
import { SECOND_MS } from "../../../util/time.js";
import type { Connection, ConnectionEnd, Streams } from "../connection.js";

/** Time that a task gets to end once nobody speaks with it any more, ms. */
const END_MS = 2 * SECOND_MS;

export class ArrayConnection implements Connection {
  readonly streams: Promise<Streams | undefined>;
  readonly ended: Promise<ConnectionEnd>;
  /** Such as `"17_3"`; undefined until the job was submitted. */
  task: string | undefined;
  /** Why it waits in the queue, in the cluster's own word; undefined when that is not known, or it does not wait. */
  waitsFor: string | undefined;
  #open!: (streams: Streams | undefined) => void;
  #end!: (end: ConnectionEnd) => void;
  readonly #cancel: (task: string) => Promise<void>;
  #socket: TLSSocket | undefined;

  /** @param cancel ends a task that waits or hangs */
  constructor(cancel: (task: string) => Promise<void>) {
    this.#cancel = cancel;
    this.streams = new Promise((resolve) => {
      this.#open = resolve;
    });
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Whether it has called back. */
  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  /** It has called back. */
  open(socket: TLSSocket, onClose: () => void): void {
    this.waitsFor = undefined;
    this.#socket = socket;
    socket.setNoDelay(true).unref();
    socket.on("error", () => {}).on("close", onClose);
    this.#open({ input: socket, output: socket });
  }

  fail(end: ConnectionEnd): void {
    this.waitsFor = undefined;
    this.#socket?.destroy();
    this.#open(undefined);
    this.#end(end);
  }

  hold(): void {}

  async end(): Promise<void> {
    const timer = setTimeout(() => this.#cancelTask(), this.#socket ? END_MS : 0);
    this.#socket?.end();
    await this.ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.#socket?.destroy();
  }

  #cancelTask(): void {
    const { task } = this;
    const end = () => this.fail({ why: "it was ended" });
    if (task === undefined) end();
    else void this.#cancel(task).then(end, end);
  }
}
