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
      const explanation = explain(await exportedFunction(place));
      console.log(json ? JSON.stringify(explanation, null, 2) : String(explanation));
    });
}

async function exportedFunction(place: string): Promise<Function> {
  const hash = place.lastIndexOf("#");
  const [file, name] = hash < 0 ? [place, "default"] : [place.slice(0, hash), place.slice(hash + 1)];
  const exports = await importUserFile(file);
  const fn = exports[name];
  if (typeof fn === "function") return fn;
  const functions = Object.keys(exports).filter((key) => typeof exports[key] === "function");
  throw new OptionError("name", `${file} has no exported function ${name}. It has: ${functions.join(", ") || "none"}.`);
}
