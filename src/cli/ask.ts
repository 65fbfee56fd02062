import { createInterface } from "node:readline/promises";
import { OptionError } from "../errors.js";

/** Asks on a terminal; elsewhere the answer must have been given by --yes. Throws `OptionError` when it was not. */
export async function confirm(question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new OptionError("yes", `${question} There is no terminal to ask on: give --yes if that is meant.`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
