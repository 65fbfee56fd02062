/** A function by the name of its file and its export, as in `work.ts#simulate`. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { didYouMean } from "../util/did-you-mean.js";
import { importUserFile } from "./import-user-file.js";
import { UsageError } from "./usage.js";

/** What commands say of such an argument. */
export const FUNCTION_PLACE = "a module and the name of an export, such as work.ts#simulate; without #name: default";

/** Whether it names an export; a file's name may hold a # of its own. */
export function isFunctionPlace(text: string): boolean {
  return text.includes("#") && !existsSync(text);
}

/** Imports the module. Rejects with `UsageError` where there is no such function. */
export async function exportedFunction(place: string): Promise<Function> {
  const [file, name] = parsePlace(place);
  if (file === "") throw new UsageError("file", `"${place}" names no file. Give one, such as work.ts#simulate.`);
  const exports = await importUserFile(file);
  const fn = memberAt(exports, name);
  if (typeof fn === "function") return fn;
  const functions = Object.keys(exports).filter((key) => typeof exports[key] === "function");
  const what = name === "" ? "Name an export after the #" : `${file} has no exported function ${name}`;
  throw new UsageError("name", `${what}. ${didYouMean(name, functions)}It has: ${functions.join(", ") || "none"}.`);
}

/** The module may keep the process alive, by a timer or a server. By the next turn, an error has been printed. */
export function endOnceWritten(): void {
  setImmediate(() => process.stdout.write("", () => process.stderr.write("", () => process.exit())));
}

/** A URL's path cannot hold a #. */
function parsePlace(place: string): [file: string, name: string] {
  if (!isFunctionPlace(place)) return [place, "default"];
  const hash = place.lastIndexOf("#");
  const [file, name] = [place.slice(0, hash), place.slice(hash + 1)];
  return [file.startsWith("file:") ? fileURLToPath(file) : file, name];
}

/** `Service.run` is a member of an export. */
function memberAt(exports: Record<string, unknown>, name: string): unknown {
  return (
    exports[name] ?? name.split(".").reduce((from: unknown, key) => (from as Record<string, unknown>)?.[key], exports)
  );
}
