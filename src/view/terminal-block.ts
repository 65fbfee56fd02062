/**
 * Lines that stand below what a program writes to its terminal. The cursor stays where the program has left it, and the lines are
 * drawn from there on downwards: so what the program writes comes out as if they were not there, also a line in parts, or one that
 * is wider than the terminal. Nothing of the terminal is switched (its line wrap, its cursor, its scrolling), so that a process
 * that is killed leaves nothing switched.
 */
import { HookedStream } from "./hooked-stream.js";
import { TextCursor } from "./text-cursor.js";

/** So often at most are the lines drawn anew while the program writes on and on, ms. */
const REDRAW_MS = 30;

/** Control sequences of ECMA-48; that for the cursor's place is DEC's. */
const ERASE_BELOW = "\u001b[J";
const SAVE_CURSOR = "\u001b7";
const RESTORE_CURSOR = "\u001b8";
/** Down by a row in the same column; in the last one, everything moves up. */
const INDEX = "\u001bD";
const up = (rows: number) => (rows > 0 ? `\u001b[${rows}A` : "");

/** Where the lines are drawn: from the cursor's row on, or below it, as the program's line has begun there. */
type Place = "here" | "below";

export class TerminalBlock {
  readonly #screen: NodeJS.WriteStream;
  readonly #streams: HookedStream[];
  readonly #cursor: TextCursor;
  #lines: readonly string[] = [];
  /** Lines that become the program's output as soon as its own line has ended. */
  #kept: string[] = [];
  #drawn: Place | undefined;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param screen what the lines are written to
   * @param others streams that write to the same terminal
   */
  constructor(screen: NodeJS.WriteStream, others: readonly NodeJS.WriteStream[]) {
    this.#screen = screen;
    this.#cursor = new TextCursor(() => screen.columns || Number.POSITIVE_INFINITY);
    const listener = { before: () => this.#erase(), after: (text: string) => this.#onWritten(text) };
    this.#streams = [screen, ...others].map((stream) => new HookedStream(stream, listener));
  }

  /** Whether there is nothing that is still to be written. */
  get isSettled(): boolean {
    return this.#kept.length === 0;
  }

  /** Draws these lines. They must be narrower than the terminal. */
  show(lines: readonly string[]): void {
    this.#lines = lines;
    this.#redraw();
  }

  /** Lines that stay, above those that are shown: at once, or when the program has ended the line that it has begun. */
  keep(lines: readonly string[]): void {
    this.#kept.push(...lines);
  }

  /** Takes the lines away until they are drawn again, a little later: somebody is about to write past the streams. */
  giveWay(): void {
    this.#erase();
    this.#redrawSoon();
  }

  /** Takes the lines away, writes those that are kept, and hooks nothing any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#erase();
    if (this.#kept.length > 0) this.#write(`${this.#cursor.isAtLineStart ? "" : "\n"}${this.#kept.join("\n")}\n`);
    this.#kept = [];
    for (const stream of this.#streams) stream.release();
  }

  #onWritten(text: string): void {
    this.#cursor.add(text);
    if (performance.now() - this.#drawnAt >= REDRAW_MS) this.#redraw();
    else this.#redrawSoon();
  }

  #redrawSoon(): void {
    this.#timer ??= setTimeout(() => this.#redraw(), REDRAW_MS).unref();
  }

  #redraw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#erase();
    if (this.#cursor.isAtLineStart) {
      if (this.#kept.length > 0) this.#write(`${this.#kept.join("\n")}\n`);
      this.#kept = [];
      this.#draw("here");
    } else if (!this.#cursor.isAtEdge) this.#draw("below");
    this.#drawnAt = performance.now();
  }

  #draw(place: Place): void {
    // Less than a screen, or what is drawn would push itself out.
    const room = Math.max(1, (this.#screen.rows || Number.POSITIVE_INFINITY) - 2);
    const lines = [...this.#kept, ...this.#lines].slice(-room);
    if (lines.length === 0) return;
    const text = lines.join("\n");
    if (place === "here") this.#write(`${text}\r${up(lines.length - 1)}`);
    // First of all, there must be room: what moves the screen up would also move the place that the terminal keeps.
    else this.#write(`${INDEX.repeat(lines.length)}${up(lines.length)}${SAVE_CURSOR}\n${text}${RESTORE_CURSOR}`);
    this.#drawn = place;
  }

  #erase(): void {
    // From the row's start, where the terminal itself may have shown what was typed, such as ^C.
    if (this.#drawn === "here") this.#write(`\r${ERASE_BELOW}`);
    else if (this.#drawn === "below") this.#write(`${SAVE_CURSOR}\n${ERASE_BELOW}${RESTORE_CURSOR}`);
    this.#drawn = undefined;
  }

  #write(text: string): void {
    this.#streams[0]?.write(text);
  }
}
