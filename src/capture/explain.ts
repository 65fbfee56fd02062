import { DISPLAY, type Displayable, type DisplayData } from "../util/display.js";
import { linesHtml } from "../util/html.js";
import { INSPECT } from "../util/inspected.js";
import { type CaptureSummary, type CaptureWarning, capture } from "./capture.js";
import type { Captured, CaptureOptions } from "./captured.js";
import type { Callable } from "./types.js";

/** What would travel with a function; `toString()` gives it as text for people. */
export interface Explanation extends CaptureSummary, Displayable {
  name: string;
  warnings: readonly CaptureWarning[];
  toString(): string;
}

/** Captures a function and tells what its payload holds, without sending anything. Throws as `capture` does. */
export function explain(fn: Callable, options: CaptureOptions = {}): Explanation {
  const { name, summary, warnings } = capture(fn, options);
  const told = { ...summary, name, warnings };
  const text = () => textOf({ name, summary, warnings });
  const asText = { value: text };
  const shown = (): DisplayData => ({ "text/plain": text(), "text/html": linesHtml(text().split("\n")) });
  // What is enumerable is data.
  const methods = { toString: asText, [INSPECT]: asText, [DISPLAY]: { value: shown } };
  return Object.defineProperties(told, methods) as typeof told & Displayable;
}

function textOf({ name, summary, warnings }: Pick<Captured, "name" | "summary" | "warnings">): string {
  const { variables, functions, modules, packages, bytes } = summary;
  const rows = variables.map((one) => `${one.path}: ${one.kind}, ${sizeText(one.bytes)}`);
  return [
    `${name || "(anonymous function)"}: ${sizeText(bytes)}, ${functions} ${functions === 1 ? "function" : "functions"}`,
    ...branch("variables", rows),
    ...branch("code from", modules),
    ...branch("packages, loaded on the worker", packages),
    ...branch(
      "warnings",
      warnings.map(({ message }) => message),
    ),
  ].join("\n");
}

function branch(title: string, rows: readonly string[]): string[] {
  if (rows.length === 0) return [];
  const last = rows.length - 1;
  return [`${title}:`, ...rows.map((row, index) => `${index === last ? "└─" : "├─"} ${row}`)];
}

const KIB = 1024;

function sizeText(bytes: number): string {
  if (bytes < KIB) return `${bytes} B`;
  return bytes < KIB * KIB ? `${(bytes / KIB).toFixed(1)} KiB` : `${(bytes / KIB / KIB).toFixed(1)} MiB`;
}
