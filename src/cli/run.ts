import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Command, InvalidArgumentError, Option } from "commander";
import { BACKEND_NAMES } from "../config/config.js";
import { isFunctionPlace } from "./exported-function.js";
import { runFunction } from "./run-function.js";
import { UsageError } from "./usage.js";

interface RunOptions {
  backend?: string;
  store?: string;
  workers?: string;
  config?: string;
  input: string[];
  json: boolean;
}

/** A shell's exit code for a process that a signal ended is 128 and the signal's number; Windows has no signals. */
const FORWARDED: readonly NodeJS.Signals[] = ["SIGTERM", "SIGHUP", "SIGINT"];

/** `nodewren run`: runs a script, TypeScript too, or an exported function, on the backend and store that the options say. */
export function runCommand(): Command {
  return withRunOptions(new Command("run"))
    .description("Runs a script with Node, TypeScript included, or an exported function on workers.")
    .argument("<script>", "a file; or a file and an export of it, such as work.ts#simulate")
    .argument("[args...]", "arguments of the script; more options for a function")
    .passThroughOptions()
    .action(async (script: string, args: string[], options: RunOptions, command: Command) => {
      if (isFunctionPlace(script)) {
        const all = merged(options, args);
        // Where it is looked up how errors are told.
        command.setOptionValue("json", all.json);
        Object.assign(process.env, variablesOf(all));
        await runFunction(script, all);
        return;
      }
      const ofFunctions = options.json ? "--json" : options.input.length > 0 ? "--input" : undefined;
      if (ofFunctions) throw new UsageError("script", `${ofFunctions} before the script is for functions: ${EXAMPLE}`);
      const path = resolve(script);
      if (!existsSync(path)) throw new UsageError("script", `There is no file ${path}.`);
      const env = { ...process.env, ...variablesOf(options) };
      await runToEnd(spawn(process.execPath, [...loaderFor(path), path, ...args], { stdio: "inherit", env }));
    });
}

/** Of a function, options may stand behind it, too, where a script has its own. */
function merged(before: RunOptions, args: readonly string[]): RunOptions {
  const behind = withRunOptions(new Command("run")).exitOverride().parse(args, { from: "user" }).opts<RunOptions>();
  return {
    ...before,
    ...behind,
    input: [...before.input, ...behind.input],
    json: before.json || behind.json,
  };
}

const EXAMPLE = "npx nodewren run work.ts#simulate --input 5 --json";

function withRunOptions(command: Command): Command {
  return command
    .addOption(new Option("--backend <name>", "where workers run").choices(BACKEND_NAMES))
    .option("--store <place>", "s3://bucket/prefix, azure://account/container/prefix, gs://bucket/prefix, or a folder")
    .option("--workers <number>", "worker processes, on this machine", workersFrom)
    .option("--config <file>", "configuration file")
    .option(
      "--input <json>",
      "for a function: an input; may be given again",
      (one, all) => [...all, one],
      [] as string[],
    )
    .option("--json", "for a function: print data instead of text", false);
}

/** Throws what commander takes for a wrong option. */
function workersFrom(text: string): string {
  if (/^[1-9]\d*$/.test(text)) return text;
  throw new InvalidArgumentError("It is a number of processes, at least 1.");
}

/** For executors, in whatever process they are. */
function variablesOf({ backend, store, workers, config }: RunOptions): Record<string, string> {
  const all = {
    NODEWREN_BACKEND: backend,
    NODEWREN_STORE: store,
    NODEWREN_WORKERS: workers,
    NODEWREN_CONFIG: config,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Node's arguments for a file that may be TypeScript: none where Node strips types itself. */
function loaderFor(path: string): string[] {
  const { typescript } = process.features as { typescript?: unknown };
  if (typescript ? !/\.tsx$/.test(path) : !/\.[cm]?tsx?$/.test(path)) return [];
  for (const from of [path, join(process.cwd(), "package.json")]) {
    try {
      return ["--import", pathToFileURL(createRequire(from).resolve("tsx")).href];
    } catch {
      // Not installed there; the next place may have it.
    }
  }
  throw new UsageError(
    "script",
    `Node ${process.version} does not run ${path}. Install tsx in the project (npm install --save-dev tsx), or use Node 22.18 or later.`,
  );
}

/** Ends as the script ends: with its exit code, or by the signal that ended it. */
async function runToEnd(child: ChildProcess): Promise<void> {
  // A terminal sends Ctrl+C to the script as well, which decides what comes of it.
  const listeners = FORWARDED.map((signal) => {
    const forward = () => void ((signal === "SIGINT" && process.stdin.isTTY) || child.kill(signal));
    process.on(signal, forward);
    return () => process.off(signal, forward);
  });
  const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code, signal) => done({ code, signal }));
  });
  for (const stop of listeners) stop();
  if (signal) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}
