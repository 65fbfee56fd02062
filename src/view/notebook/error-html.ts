/** An error in a few lines: what it says, where in the user's code, why, and what the call printed. */
import { escapeHtml, preHtml, redHtml } from "../../util/html.js";
import { isInstance } from "../../util/is-instance.js";

/** Causes of causes beyond that many are left out. */
const MAX_CAUSES = 5;

export function errorHtml(error: Error): string {
  const { stack } = error;
  const frames = typeof stack === "string" ? stack.split("\n").filter(isPlaced) : [];
  const where = frames.length > 0 ? preHtml(frames.map((line) => line.trim()).join("\n")) : "";
  return [lineOf(error), where, ...causesOf(error), ...printedBy(error)].join("");
}

/** Built-in functions have frames that lead nowhere. */
function isPlaced(line: string): boolean {
  return line.startsWith("    at ") && !line.endsWith("(<anonymous>)");
}

function lineOf({ name, message }: Error): string {
  const [first = "", ...more] = String(message).split("\n");
  return `<div>${redHtml(String(name))}: ${escapeHtml(first)}</div>${more.length > 0 ? preHtml(more.join("\n")) : ""}`;
}

function causesOf(error: Error): string[] {
  const lines: string[] = [];
  for (let { cause } = error; isInstance(cause, Error) && lines.length < MAX_CAUSES; { cause } = cause)
    lines.push(`${cause.name}: ${cause.message}`);
  // What a call threw is what its error says first of all.
  return lines
    .filter((line) => !error.message.includes(line))
    .map((line) => `<div>caused by ${escapeHtml(line)}</div>`);
}

/** Of an error that ended a call. */
function printedBy(error: Error): string[] {
  const { stdout = "", stderr = "" } = (error as { output?: { stdout?: string; stderr?: string } }).output ?? {};
  return [
    ["stdout", stdout],
    ["stderr", stderr],
  ]
    .filter(([, text]) => text !== "")
    .map(([name, text]) => `<details><summary>${name} of the call</summary>${preHtml(text as string)}</details>`);
}
