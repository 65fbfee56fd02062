import { GREETING, type Greeting } from "../../wire/agent.js";

/** Most that a host may say before it greets, bytes: what its shell prints at each start, such as the news of the day. */
const MAX_TEXT = 64 * 1024;

/** Finds the line by which an agent greets, in whatever else a host's shell prints before it. */
export class GreetingReader {
  #text = "";
  #greeting: Greeting | undefined;

  /** The last that came before the greeting. */
  get text(): string {
    return this.#text.trim().split("\n").slice(-3).join("\n");
  }

  get isOver(): boolean {
    return this.#greeting !== undefined;
  }

  get greeting(): Greeting | undefined {
    return this.#greeting;
  }

  /** What comes behind the greeting; undefined as long as there is none. */
  add(chunk: Buffer): Buffer | undefined {
    // As single bytes, since what comes behind the line need not be text.
    const all = this.#text + chunk.toString("latin1");
    const at = all.indexOf(`\n${GREETING}`);
    const end = at < 0 ? -1 : all.indexOf("\n", at + 1);
    if (end < 0) {
      this.#text = all.slice(-MAX_TEXT);
      return undefined;
    }
    this.#text = all.slice(0, at);
    this.#greeting = JSON.parse(all.slice(at + 1 + GREETING.length, end)) as Greeting;
    return Buffer.from(all.slice(end + 1), "latin1");
  }
}
