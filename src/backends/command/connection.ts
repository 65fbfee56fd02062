/** A command that runs, and the streams by which its program on a host is heard. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { SECOND_MS } from "../../util/time.js";
import { TextTail } from "../pool/tail-buffer.js";

/** Time that a command gets to end once its input has ended, and then after a signal, ms. */
const END_MS = 2 * SECOND_MS;

export interface Streams {
  /** To the host. */
  input: Writable;
  output: Readable;
}

export interface Connection {
  /** Resolves with undefined when it ends before. */
  readonly streams: Promise<Streams | undefined>;
  /** Resolves with how it ended. */
  readonly ended: Promise<ConnectionEnd>;
  /** Why it waits in a queue; absent where it does not, or that is not known. */
  readonly waitsFor?: string | undefined;
  /** Says whether it keeps this process alive. */
  hold(isBusy: boolean): void;
  /** Ends it; resolves when it has ended. */
  end(): Promise<void>;
  /** Ends it in the last instant of this process. */
  kill(): void;
}

export interface ConnectionEnd {
  why: string;
  /** Exit code of the command; undefined when there is none. */
  code?: number | undefined;
}

export class CommandConnection implements Connection {
  readonly streams: Promise<Streams | undefined>;
  readonly ended: Promise<ConnectionEnd>;
  readonly #child: ChildProcess;
  readonly #stderr = new TextTail();

  /** In a session of its own: an interrupt at the terminal is for the host's process, which ends its commands in good order. */
  constructor([program = "", ...args]: readonly string[]) {
    this.#child = spawn(program, args, { stdio: "pipe", detached: true });
    const { stdin, stdout, stderr } = this.#child;
    for (const stream of [stdin, stdout, stderr]) stream?.on("error", () => {});
    this.#stderr.follow(stderr ?? undefined);
    this.streams = Promise.resolve(stdin && stdout ? { input: stdin, output: stdout } : undefined);
    this.ended = new Promise((resolve) => {
      this.#child.once("error", (error) => resolve({ why: `${program} could not be started: ${error.message}` }));
      this.#child.once("close", (code, signal) =>
        resolve({ why: this.#why(program, code, signal), code: code ?? undefined }),
      );
    });
  }

  hold(isBusy: boolean): void {
    const { stdin, stdout, stderr } = this.#child;
    for (const one of [this.#child, stdin, stdout, stderr] as { ref?(): void; unref?(): void }[]) {
      if (isBusy) one?.ref?.();
      else one?.unref?.();
    }
  }

  async end(): Promise<void> {
    this.hold(true);
    this.#child.stdin?.end();
    const timers = (["SIGTERM", "SIGKILL"] as const).map((signal, i) =>
      setTimeout(() => this.#signal(signal), END_MS * (i + 1)),
    );
    await this.ended;
    for (const timer of timers) clearTimeout(timer);
  }

  /** Its input ends with this process, and so does what it has started; a signal might keep it from passing that on. */
  kill(): void {
    this.#child.stdin?.destroy();
  }

  #signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
    // What a killed one has left may hold its pipes open.
    if (signal === "SIGKILL") for (const pipe of this.#child.stdio) pipe?.destroy();
  }

  #why(program: string, code: number | null, signal: string | null): string {
    const words = this.#stderr.text();
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
    return `${program} ended with ${how}${words === "" ? "" : `: ${words}`}`;
  }
}
