import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { OptionError } from "../errors.js";
import { explain } from "../host/capture-function.js";
import { importUserFile } from "./import-user-file.js";

/** `nodewren explain file.ts#name`: what would travel with an exported function. */
export function explainCommand(): Command {
  return new Command("explain")
    .description("Shows what would travel with an exported function: variables, functions, modules, packages, bytes.")
    .argument("<file#name>", "a module and the name of an export, such as work.ts#simulate; without #name: default")
    .option("--json", "print data instead of text", false)
    .action(async (place: string, { json }: { json: boolean }) => {
      try {
        const explanation = explain(await exportedFunction(place));
        console.log(json ? JSON.stringify(explanation, null, 2) : String(explanation));
      } finally {
        setImmediate(endOnceWritten);
      }
    });
}

/** The module may keep the process alive, by a timer or a server. By the next turn, an error has been printed. */
function endOnceWritten(): void {
  process.stdout.write("", () => process.stderr.write("", () => process.exit()));
}

async function exportedFunction(place: string): Promise<Function> {
  const [file, name] = parsePlace(place);
  if (file === "") throw new OptionError("file", `"${place}" names no file. Give one, such as work.ts#simulate.`);
  const exports = await importUserFile(file);
  const fn = memberAt(exports, name);
  if (typeof fn === "function") return fn;
  const functions = Object.keys(exports).filter((key) => typeof exports[key] === "function");
  const what = name === "" ? "Name an export after the #" : `${file} has no exported function ${name}`;
  throw new OptionError("name", `${what}. It has: ${functions.join(", ") || "none"}.`);
}

/** A file's name may hold a # of its own; a URL's path cannot. */
function parsePlace(place: string): [file: string, name: string] {
  if (existsSync(place)) return [place, "default"];
  const hash = place.lastIndexOf("#");
  const [file, name] = hash < 0 ? [place, "default"] : [place.slice(0, hash), place.slice(hash + 1)];
  return [file.startsWith("file:") ? fileURLToPath(file) : file, name];
}

/** `Service.run` is a member of an export. */
function memberAt(exports: Record<string, unknown>, name: string): unknown {
  return (
    exports[name] ?? name.split(".").reduce((from: unknown, key) => (from as Record<string, unknown>)?.[key], exports)
  );
}
