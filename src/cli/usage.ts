/** Errors of the command line: what was used wrongly, and how errors are told. */
import { CommanderError } from "commander";
import { NodewrenError, OptionError } from "../errors.js";
import { textOf } from "../util/describe-value.js";
import { json, parseAge, printable } from "./text.js";

/** An argument or an option of a command is not what it takes. */
export class UsageError extends OptionError {}

const FAILED = 1;
const USED_WRONGLY = 2;

export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USED_WRONGLY;
  return error instanceof UsageError ? USED_WRONGLY : FAILED;
}

/** Text for people on stderr; with `asJson`, on stdout what a program can read. */
export function printError(error: unknown, asJson: boolean): void {
  const isHelp = error instanceof CommanderError && error.exitCode === 0;
  if (isHelp) return;
  // What the parser refuses, it has printed.
  if (!(error instanceof CommanderError)) console.error(printable(textOf(error)));
  if (asJson) console.log(json({ error: dataOf(error) }));
}

function dataOf(error: unknown): object {
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, "");
    return { name: "UsageError", code: "OPTION", message };
  }
  if (error instanceof NodewrenError) return { ...error, name: error.name, message: error.message };
  return { name: error instanceof Error ? error.name : "Error", message: textOf(error) };
}

/** That of the option `--older-than`, ms. Throws `UsageError` for what is none. */
export function ageOf(text: string): number {
  const ms = parseAge(text);
  if (ms !== undefined) return ms;
  throw new UsageError("older-than", `--older-than must be an age such as 7d, 12h, 30m or 0s, but is ${text}.`);
}
