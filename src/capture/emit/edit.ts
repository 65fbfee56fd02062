import type { SyntaxNode } from "../source/estree.js";

export interface Edit {
  start: number;
  end: number;
  text: string;
  /** What stands there instead of `text`, where parts of it have places of their own. */
  pieces?: readonly Piece[];
}

/** A part of an edited text: where it stood in the text before, or what its text stands in place of. */
export interface Piece {
  text: string;
  offset: number;
}

export function applyEdits(text: string, edits: readonly Edit[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.start < at) continue;
    pieces.push({ text: text.slice(at, edit.start), offset: at });
    pieces.push(...(edit.pieces ?? [{ text: edit.text, offset: edit.start }]));
    at = edit.end;
  }
  pieces.push({ text: text.slice(at), offset: at });
  return pieces.filter((piece) => piece.text !== "");
}

/** Blanks that keep every line where it is. */
export function blank(text: string, { start, end }: SyntaxNode): Edit {
  return { start, end, text: text.slice(start, end).replace(/[^\n\r\u2028\u2029]/g, " ") };
}
