import type { Piece } from "./edits.js";

const NEWLINE = /\r\n|[\n\r\u2028\u2029]/g;

/** A place in code; both count from 0. */
export interface Place {
  line: number;
  column: number;
}

/** Where `offset` of a text is, when the text starts at `start`. */
export function placeIn(text: string, offset: number, start: Place): Place {
  const before = text.slice(0, offset);
  const breaks = [...before.matchAll(NEWLINE)];
  const last = breaks.at(-1);
  if (!last) return { line: start.line, column: start.column + offset };
  return { line: start.line + breaks.length, column: offset - (last.index ?? 0) - last[0].length };
}

/** Writes the code of a unit, and notes where in the user's script each part of it comes from. */
export class CodeWriter {
  /** As `Unit.positions`. */
  readonly positions: number[] = [];
  private readonly parts: string[] = [];
  private at: Place = { line: 0, column: 0 };

  add(text: string): void {
    this.parts.push(text);
    this.at = placeIn(text, text.length, this.at);
  }

  /** Adds a function on lines of its own; `text` is the whole of it, and starts at `start` in its script. */
  addOriginal(text: string, pieces: readonly Piece[], start: Place): void {
    this.add("\n");
    for (const piece of pieces) {
      const { line, column } = placeIn(text, piece.offset, start);
      this.positions.push(this.at.line, this.at.column, line, column);
      this.add(piece.text);
    }
    this.add("\n");
  }

  toString(): string {
    return this.parts.join("");
  }
}
