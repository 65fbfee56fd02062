import { join } from "node:path";
import { root, runNode, type ScriptResult } from "./run-script.js";

export const MAIN = join(root, "dist/src/cli/main.js");

/** Settings of the machine that runs the tests must not count. */
const UNSET = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => name.startsWith("NODEWREN_"))
    .map((name) => [name, ""]),
);

/** Runs the command line in the folder, without a terminal. */
export function nodewren(cwd: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<ScriptResult> {
  const quiet = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
  return runNode([MAIN, ...args], { cwd, env: { ...UNSET, ...quiet, ...env } });
}
