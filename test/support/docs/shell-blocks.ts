/** Checks the commands of the documentation against what there is, without running them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, CommanderError } from "commander";
import { newProgram } from "../../../src/cli/program.js";
import { SETTINGS } from "../../../src/config/settings.js";
import { root } from "../run-script.js";

/** Files of a reader's own that pages speak of. */
const READERS_FILES = ["script.js", "script.ts", "squares.ts", "primes.ts", "work.ts"];

/** Packages that pages tell a reader to install besides those that the library names itself. */
const READERS_PACKAGES = ["nodewren", "tsx"];

/** Variables that are no settings. */
const OTHER_VARIABLES = ["NODEWREN_CONFIG", "NODEWREN_FULL_STACKS", "NODEWREN_LIVE", "TMPDIR"];

/** Programs of others, whose arguments are theirs to check. */
const FOREIGN = [
  "aws",
  "export",
  "cd",
  "git",
  "jupyter",
  "podman",
  "ssh",
  "sbatch",
  "scontrol",
  "sinfo",
  "squeue",
  "srun",
  "tslab",
];

type Problem = string | undefined;

/** What is wrong with a line of a shell block; undefined when nothing is. */
export function problemOf(line: string): Problem {
  if (/<\w+>/.test(line)) return "A shell takes <name> for a file to read: write NAME.";
  const bare = line.replace(/(^|\s)#.*$/, "").replace(/\s>\s*\S+\s*$/, "");
  for (const command of bare.split("&&")) {
    const problem = problemOfCommand(wordsOf(command));
    if (problem) return problem;
  }
  return undefined;
}

/** Separated by spaces, except within quotes. */
function wordsOf(command: string): string[] {
  return (command.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
}

function problemOfCommand(words: readonly string[]): Problem {
  const variables = words
    .slice(0, words.findIndex((word) => !/^\w+=/.test(word)) >>> 0)
    .map((word) => word.split("=")[0]);
  const unknown = variables.find(
    (name = "") => ![...OTHER_VARIABLES, ...SETTINGS.map((one) => one.variable)].includes(name),
  );
  if (unknown) return `There is no variable ${unknown}.`;
  const [program, ...args] = words.slice(variables.length);
  if (program === undefined) return undefined;
  if (program === "npx") return problemOfCommand(args[0] === "nodewren" ? args : ["npx:", ...args]);
  if (program === "npx:") return ofPackage(args);
  if (program === "nodewren") return ofNodewren(args);
  if (program === "npm") return ofNpm(args);
  if (program === "node") return ofFile(args.find((arg) => /\.\w+$/.test(arg)));
  return FOREIGN.includes(program) ? undefined : `No check knows the program ${program}: add it to shell-blocks.ts.`;
}

/** Parsed by the command line itself, with actions that do nothing. */
function ofNodewren(args: readonly string[]): Problem {
  const program = newProgram();
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
    if (command.commands.length === 0) command.action(() => {});
  }
  try {
    program.parse([...args], { from: "user" });
    return undefined;
  } catch (error) {
    // --help ends with 0 as well.
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    return String((error as Error).message);
  }
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function ofNpm(args: readonly string[]): Problem {
  const prefixAt = args.indexOf("--prefix");
  if (prefixAt >= 0) {
    const folder = args[prefixAt + 1] ?? "";
    return ofNpmIn(folder, [...args.slice(0, prefixAt), ...args.slice(prefixAt + 2)]);
  }
  return ofNpmIn("", args);
}

function ofNpmIn(folder: string, [command = "", ...args]: readonly string[]): Problem {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  if (command === "install") {
    const { dependencies, peerDependencies, devDependencies } = manifest;
    const known = [...READERS_PACKAGES, ...Object.keys({ ...dependencies, ...peerDependencies, ...devDependencies })];
    const unknown = args.find((arg) => !arg.startsWith("-") && !known.includes(arg));
    return unknown && `No package.json names ${unknown}: is it needed? Then add it to READERS_PACKAGES.`;
  }
  const script = command === "run" ? args[0] : command;
  return manifest.scripts[script ?? ""] ? undefined : `package.json has no script ${script}.`;
}

function ofPackage([name, ...args]: readonly string[]): Problem {
  if (name === "tsx") return ofFile(args[0]);
  if (name === "vitest") return ofFile(args.find((arg) => arg.endsWith(".ts")));
  if (FOREIGN.includes(name ?? "")) return undefined;
  return `No check knows the package ${name}: add it to shell-blocks.ts.`;
}

function ofFile(file = ""): Problem {
  const isThere = READERS_FILES.includes(file) || existsSync(join(root, file));
  return isThere ? undefined : `There is no file ${file}; if it is a reader's own, add it to READERS_FILES.`;
}
