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

const BEFORE_PARAMETERS = /^(?:[^(/]|\/\*[\s\S]*?\*\/|\/\/.*)*/;

function parametersOf({ parsed: { element, node }, parts, text }: FunctionSource): number {
  if (parts) return parts.constructorMethod?.value.start ?? 0;
  if (element) return node.start;
  const from = node.id?.end ?? 0;
  return from + (BEFORE_PARAMETERS.exec(text.slice(from))?.[0].length ?? 0);
}
