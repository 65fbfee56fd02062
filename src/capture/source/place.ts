import type { Location } from "../inspect/look.js";
import type { FunctionSource } from "./function-source.js";

/** A place in code; both count from 0. */
export interface Place {
  line: number;
  column: number;
}

const NEWLINE = /\r\n|[\n\r\u2028\u2029]/g;

/** Where `offset` of a text is, when the text starts at `start`. */
export function placeIn(text: string, offset: number, start: Place): Place {
  const breaks = [...text.slice(0, offset).matchAll(NEWLINE)];
  const last = breaks.at(-1);
  if (!last) return { line: start.line, column: start.column + offset };
  return { line: start.line + breaks.length, column: offset - (last.index ?? 0) - last[0].length };
}

/** Where a function's text starts in its script; the inspector tells where its parameters do, or its constructor's. */
export function startOf(source: FunctionSource, location: Location): Place {
  const mark = source.isArrow ? 0 : parametersOf(source);
  const { line, column } = placeIn(source.text, mark, { line: 0, column: 0 });
  return { line: location.line - line, column: line === 0 ? Math.max(0, location.column - column) : 0 };
}

function parametersOf({ parsed: { element, node }, parts, text }: FunctionSource): number {
  if (parts) return parts.constructorMethod?.value.start ?? 0;
  return element ? node.start : indexOutsideComments(text, "(", node.id?.end ?? 0);
}

const COMMENT_OR_CHARACTER = /\/\*[\s\S]*?\*\/|\/\/.*|[\s\S]/y;

/** Offset of the first `mark` from `from` on that is in no comment; only for code without strings before the mark. */
export function indexOutsideComments(text: string, mark: string, from: number): number {
  COMMENT_OR_CHARACTER.lastIndex = from;
  for (let at = from; at < text.length; at = COMMENT_OR_CHARACTER.lastIndex) {
    if (text[at] === mark) return at;
    COMMENT_OR_CHARACTER.test(text);
  }
  return from;
}
