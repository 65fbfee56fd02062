import console, { Console } from "node:console";
import type { OutputCapture } from "../../src/worker/output.js";

/** Methods of the console that Lambda's runtime client replaces by ones that write past `process.stdout`. */
const METHODS = ["trace", "debug", "info", "log", "warn", "error"] as const;

/** Puts Node's own methods back, and diverts the streams: what a call prints becomes part of its result. */
export function takeOverConsole(output: OutputCapture): void {
  for (const name of METHODS) console[name] = Console.prototype[name].bind(console);
  delete (console as { fatal?: unknown }).fatal;
  output.install();
  // The console may hold the streams already. A stream is diverted when it is first asked for.
  void [process.stdout, process.stderr];
}
