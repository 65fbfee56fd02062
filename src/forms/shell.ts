/** `sh()`: commands as calls. */
import { fileURLToPath } from "node:url";
import { OptionError } from "../errors.js";
import type { Job } from "../job/job.js";
import { type Check, checkOptions, integerIn, isBoolean } from "../options/check.js";
import { type DeliveryOptions, refuseDelivery } from "../options/delivery.js";
import { textOf } from "../util/describe-value.js";
import type { Mapper } from "./mapper.js";
import { type Command, commandRunner, type ShellResult } from "./on-worker/run-command.js";
import { explicitCache, type ShellOptions } from "./options.js";

/** As much as the largest payload of a function, by default. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

const CHECKS: Record<"cwd" | "input" | "check" | "maxOutputBytes", Check> = {
  cwd: (value) => (isFolder(value) ? undefined : "the path of a folder, or its file: URL"),
  input: (value) => (typeof value === "string" || value instanceof Uint8Array ? undefined : "a string or a Uint8Array"),
  check: isBoolean,
  maxOutputBytes: integerIn(0, Infinity, " (bytes)"),
};

/** Throws `OptionError` at once. */
export function runCommands(mapper: Mapper, commands: Iterable<Command>, options: ShellOptions = {}): Job<ShellResult> {
  const { cwd, input, check = false, maxOutputBytes = MAX_OUTPUT_BYTES, ...jobOptions } = options;
  refuseDelivery("sh()", options as DeliveryOptions);
  checkOptions("sh()", { cwd, input, check, maxOutputBytes }, CHECKS);
  const settings = { cwd: cwd instanceof URL ? fileURLToPath(cwd) : cwd, input, check, maxOutputBytes };
  return mapper.map(commandRunner(settings), checkedCommands(commands), explicitCache(jobOptions));
}

function isFolder(value: unknown): boolean {
  return value instanceof URL ? value.protocol === "file:" : typeof value === "string" && value !== "";
}

function checkedCommands(commands: Iterable<Command>): Command[] {
  if (typeof commands === "string")
    throw new OptionError("commands", `sh() takes several commands: give it [${textOf(commands)}].`);
  if (typeof commands?.[Symbol.iterator] !== "function")
    throw new OptionError("commands", `sh() takes an array of commands, but got ${textOf(commands)}.`);
  return Array.from(commands, checkedCommand);
}

function checkedCommand(command: Command, index: number): Command {
  const words: unknown = typeof command === "string" ? [command] : command;
  const isRight = Array.isArray(words) && words[0] !== "" && words.length > 0 && words.every(isArgument);
  if (isRight) return command;
  throw new OptionError(
    "commands",
    `sh() takes each command as a string for the shell, or as an array of a program and its arguments, but commands[${index}] is ${textOf(command)}.`,
  );
}

/** What a program can be given: no text with a zero in it. */
function isArgument(word: unknown): boolean {
  return typeof word === "string" && !word.includes("\0");
}
