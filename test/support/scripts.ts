/** Runs small scripts in processes of their own, with the built package: what a user's script would see. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { onTestFinished } from "vitest";
import { root } from "./run-script.js";

export interface ScriptEnd {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  /** From the start to the end of the process, ms. */
  ms: number;
}

export interface Script {
  child: ChildProcess;
  pid: number;
  /** What it has written to stdout so far. */
  stdout(): string;
  ended: Promise<ScriptEnd>;
}

/** Starts the ES module. It is killed when the test ends before it does. */
export function runScript(source: string, options: SpawnOptions = {}): Script {
  const started = performance.now();
  const { VITEST: _, NODE_OPTIONS: __, ...env } = process.env;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", source], {
    // From here a bare "nodewren" is the package itself, so no file need be written.
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    ...options,
  });
  const text = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (chunk) => (text.stdout += chunk));
  child.stderr?.setEncoding("utf8").on("data", (chunk) => (text.stderr += chunk));
  const ended = new Promise<ScriptEnd>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...text, ms: performance.now() - started }));
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, pid: child.pid as number, stdout: () => text.stdout, ended };
}
