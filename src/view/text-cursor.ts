/** Where the terminal's cursor is after what a program has written: as far as it matters to who draws beside that. */
import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";

/** Of a terminal's tabs, columns. */
const TAB_WIDTH = 8;

const graphemes = new Intl.Segmenter();

export class TextCursor {
  readonly #columns: () => number;
  /** From 0; as many as there are: the row is full, and what comes next begins another one. */
  #column = 0;
  #isLineEmpty = true;

  /** @param columns tells how wide the terminal is */
  constructor(columns: () => number) {
    this.#columns = columns;
  }

  /** Whether nothing was written since the last line break. */
  get isAtLineStart(): boolean {
    return this.#isLineEmpty;
  }

  /** Whether the row is full, and the terminal waits for what comes next: a line break, or text that begins another row. */
  get isAtEdge(): boolean {
    return this.#column >= this.#columns();
  }

  add(text: string): void {
    const last = text.lastIndexOf("\n");
    if (last >= 0) {
      this.#column = 0;
      this.#isLineEmpty = true;
    }
    const line = text.slice(last + 1);
    if (line !== "") this.#isLineEmpty = false;
    for (const { segment } of graphemes.segment(stripVTControlCharacters(line))) this.#put(segment);
  }

  #put(segment: string): void {
    const columns = this.#columns();
    if (segment === "\r") this.#column = 0;
    else if (segment === "\b") this.#column = Math.max(0, this.#column - 1);
    else if (segment === "\t")
      this.#column = Math.min(columns - 1, (Math.floor(this.#column / TAB_WIDTH) + 1) * TAB_WIDTH);
    else {
      const width = stringWidth(segment);
      this.#column = this.#column + width > columns ? width : this.#column + width;
    }
  }
}
