/** Values as short text, for people who look at many of them. */
import { inspect } from "node:util";

/** Most characters of a value's text. */
export const PREVIEW_LENGTH = 200;

/** Elements of lists, and levels, that are looked at: more would not fit. */
const ITEMS = 12;
const DEPTH = 2;

/** No code of the value's class is run for it. Never throws. */
export function previewText(value: unknown): string {
  try {
    const text = inspect(value, {
      depth: DEPTH,
      maxArrayLength: ITEMS,
      maxStringLength: PREVIEW_LENGTH,
      breakLength: Number.POSITIVE_INFINITY,
      customInspect: false,
    });
    return cut(text, PREVIEW_LENGTH);
  } catch {
    return "(cannot be shown)";
  }
}

/** The beginning of a text, at most so many characters. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
