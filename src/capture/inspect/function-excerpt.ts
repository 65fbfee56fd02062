import type { Callable } from "../types.js";
import { functionText } from "./function-text.js";

const EXCERPT_LINES = 5;

/** The function's own name, or "". */
export function nameOf(fn: Callable): string {
  return ownNameOf(fn) ?? "";
}

/** The function's own name, where that is a text. */
export function ownNameOf(fn: Callable): string | undefined {
  const name: unknown = Object.getOwnPropertyDescriptor(fn, "name")?.value;
  return typeof name === "string" ? name : undefined;
}

/** The first lines of a function, for messages. */
export function excerptOf(fn: Callable): string {
  return firstLines(functionText(fn).split("\n"));
}

export function firstLines(lines: readonly string[]): string {
  return lines.length > EXCERPT_LINES ? [...lines.slice(0, EXCERPT_LINES), "…"].join("\n") : lines.join("\n");
}
