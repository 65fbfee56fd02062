import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface ScriptResult {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

/** Folder of the package. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs Node with the arguments, from the package's folder unless told, and without what the test runner set. */
export function runNode(
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<ScriptResult> {
  const { VITEST: _, NODE_OPTIONS: __, ...env } = process.env;
  const child = spawn(process.execPath, args, { cwd: options.cwd ?? root, env: { ...env, ...options.env } });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Runs a TypeScript file as a user would, with tsx. */
export function runTypeScript(file: string, args: string[] = []): Promise<ScriptResult> {
  return runNode(["--import", "tsx", file, ...args]);
}
