const NEWLINE = /\r\n|[\n\r\u2028\u2029]/g;

/** Writes code so that each function stands on its own line and column of the user's file, as far as order permits. */
export class CodeWriter {
  private readonly parts: string[] = [];
  private line: number;
  private column = 0;

  /** `firstLine` counts from 0. */
  constructor(firstLine: number) {
    this.line = firstLine;
  }

  add(text: string): void {
    this.parts.push(text);
    const breaks = [...text.matchAll(NEWLINE)];
    const last = breaks.at(-1);
    this.line += breaks.length;
    this.column = last ? text.length - (last.index ?? 0) - last[0].length : this.column + text.length;
  }

  /** Moves on to a place of the file; a place that has gone by cannot be reached, and stays wrong. */
  moveTo(line: number, column: number): void {
    if (line > this.line) this.add("\n".repeat(line - this.line));
    if (line === this.line && column > this.column) this.add(" ".repeat(column - this.column));
  }

  toString(): string {
    return this.parts.join("");
  }
}
