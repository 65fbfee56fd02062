import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Command, Option } from "commander";
import { OptionError } from "../errors.js";

interface RunOptions {
  backend?: string;
  store?: string;
  config?: string;
}

/** A shell's exit code for a process that a signal ended is 128 and the signal's number; Windows has no signals. */
const FORWARDED: readonly NodeJS.Signals[] = ["SIGTERM", "SIGHUP", "SIGINT"];

/** `nodewren run`: runs a script, TypeScript too, on the backend and store that the options say. */
export function runCommand(): Command {
  return new Command("run")
    .description("Runs a script with Node, TypeScript included; options go to its executors as variables.")
    .argument("<script>", "a file")
    .argument("[args...]", "arguments of the script")
    .addOption(new Option("--backend <name>", "where workers run").choices(["local", "lambda"]))
    .option("--store <place>", "s3://bucket/prefix, or a folder")
    .option("--config <file>", "configuration file")
    .passThroughOptions()
    .action(async (script: string, args: string[], { backend, store, config }: RunOptions) => {
      const path = resolve(script);
      if (!existsSync(path)) throw new OptionError("script", `There is no file ${path}.`);
      const env = variables({ NODEWREN_BACKEND: backend, NODEWREN_STORE: store, NODEWREN_CONFIG: config });
      await runToEnd(spawn(process.execPath, [...loaderFor(path), path, ...args], { stdio: "inherit", env }));
    });
}

function variables(given: Record<string, string | undefined>): NodeJS.ProcessEnv {
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...process.env, ...Object.fromEntries(set) };
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
  throw new OptionError(
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
