/** A worker's process on another machine, with its pipes as they come through the link to the agent that has started it. */
import { Duplex, Readable } from "node:stream";
import { type ToAgent, WORKER_PIPES } from "../../wire/agent.js";
import type { Exit, WorkerChild } from "../pool/worker-child.js";
import type { Link } from "./link.js";

/** What is to be started, and only where which folder is. */
export type Start = Pick<Extract<ToAgent, { type: "start" }>, "setting" | "folder">;

export class RemoteChild implements WorkerChild {
  readonly channel: Duplex;
  readonly stdout = undefined;
  readonly stderr = newPipe();
  readonly status = newPipe();
  readonly ended: Promise<Exit>;
  #end!: (exit: Exit) => void;
  #started: { link: Link; id: number } | undefined;
  #isKilled = false;

  /** @param link resolves once its host answers; rejects when there is none */
  constructor(link: Promise<Link>, start: Start) {
    this.channel = new Duplex({
      read() {},
      write: (chunk: Uint8Array, _encoding, done) => {
        this.#started?.link.send({ type: "data", id: this.#started.id }, chunk);
        done();
      },
    });
    this.ended = new Promise((resolve) => {
      this.#end = (exit) => {
        this.channel.destroy();
        resolve(exit);
      };
    });
    link.then(
      (up) => this.#start(up, start),
      (error: Error) => this.#end({ error }),
    );
  }

  /** What was pushed into the pipes is read in the next turn. */
  lastWords(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** A shard that is under way keeps this process alive, wherever it runs. */
  hold(): void {}

  kill(): void {
    this.#isKilled = true;
    const { link, id = 0 } = this.#started ?? {};
    link?.send({ type: "kill", id });
  }

  #start(link: Link, start: Start): void {
    if (this.#isKilled) {
      this.#end({ error: new Error("it was not needed any more") });
      return;
    }
    const id = link.start(start, { onData: (pipe, bytes) => this.#take(pipe, bytes), onEnd: (end) => this.#end(end) });
    this.#started = { link, id };
    void link.ended.then((why) => this.#end({ lost: why }));
  }

  #take(pipe: number, bytes: Uint8Array): void {
    if (pipe === WORKER_PIPES.channel) this.channel.push(bytes);
    else if (pipe === WORKER_PIPES.status) this.status.push(bytes);
    else this.stderr.push(bytes);
  }
}

function newPipe(): Readable {
  return new Readable({ read() {} });
}
