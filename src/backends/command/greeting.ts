import { GREETING, type Greeting } from "../../wire/agent.js";
import { isFlag, isText, wrongField } from "../../wire/checks.js";

const MARK = `\n${GREETING}`;
const FIELDS = { node: isText, platform: isText, arch: isText, has: isFlag };

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
    for (let at = all.indexOf(MARK); at >= 0; at = all.indexOf(MARK, at + 1)) {
      const end = all.indexOf("\n", at + MARK.length);
      this.#greeting = end < 0 ? undefined : greetingIn(all.slice(at + MARK.length, end));
      if (!this.#greeting) continue;
      this.#text = all.slice(0, at);
      return Buffer.from(all.slice(end + 1), "latin1");
    }
    this.#text = all.slice(-MAX_TEXT);
    return undefined;
  }
}

function greetingIn(line: string): Greeting | undefined {
  try {
    const greeting = JSON.parse(line) as Greeting;
    return wrongField(greeting, FIELDS) === undefined ? greeting : undefined;
  } catch {
    // Somebody else's line.
    return undefined;
  }
}
