import { type Place, placeIn } from "../source/place.js";
import type { Piece } from "./edit.js";

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
