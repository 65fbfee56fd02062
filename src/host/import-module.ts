import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Starting Node and reading a file takes a fraction of it. */
const CHECK_MS = 10_000;

/**
 * Imports a module; a syntax error says where it is, which Node by itself tells only when it prints the error. Is also
 * captured, and then runs on workers.
 */
export async function importModule(url: string): Promise<Record<string, unknown>> {
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
