import { functionText } from "./inspect/function-text.js";
import type { Callable } from "./types.js";

const EXCERPT_LINES = 5;

/** The function's own name, or "". */
export function nameOf(fn: Callable): string {
  const name = Object.getOwnPropertyDescriptor(fn, "name")?.value;
  return typeof name === "string" ? name : "";
}

/** The first lines of a function, for messages. */
export function excerptOf(fn: Callable): string {
  return firstLines(functionText(fn).split("\n"));
}

export function firstLines(lines: readonly string[]): string {
  return lines.length > EXCERPT_LINES ? [...lines.slice(0, EXCERPT_LINES), "…"].join("\n") : lines.join("\n");
}
