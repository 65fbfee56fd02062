import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Starting Node and reading a file takes a fraction of it. */
const CHECK_MS = 10_000;

/**
 * What is mapped in the form by module path: imports the module on the worker, and calls what it exports. `C` is what calls get as
 * their context. What this file exports would travel as an export of the installed nodewren, which no worker elsewhere has where
 * the host has it; so functions that travel are none.
 */
export function moduleCaller<C>(url: string, name: string): (input: unknown, context: C) => Promise<unknown> {
  return async (input, context) => {
    const exports = await importModule(url);
    const fn = exports[name];
    if (typeof fn !== "function") throw new TypeError(`The module ${url} has no exported function ${name}.`);
    return fn(input, context);
  };
}

/** What imports a module here as workers do. */
export function moduleImporter(): (url: string) => Promise<Record<string, unknown>> {
  return importModule;
}

/** A syntax error says where it is, which Node by itself tells only when it prints the error. */
async function importModule(url: string): Promise<Record<string, unknown>> {
  try {
    return await import(url);
  } catch (error) {
    if (error instanceof SyntaxError) addPlace(error, url);
    throw error;
  }
}

function addPlace(error: SyntaxError, url: string): void {
  const { message, stack = "" } = error;
  error.message = `${message} (${placeOf(url)})`;
  error.stack = stack.replace(message, () => error.message);
}

function placeOf(url: string): string {
  const path = fileURLToPath(url);
  const { stderr } = spawnSync(process.execPath, ["--check", path], { encoding: "utf8", timeout: CHECK_MS });
  const isPlace = (line: string) => /:\d+$/.test(line) && (line.startsWith(path) || line.startsWith("file:"));
  return (stderr ?? "").split("\n").find(isPlace) ?? `in ${url}, or in a module that it imports`;
}
