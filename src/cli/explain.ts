import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { systemOf } from "../backends/lambda/system.js";
import { bundlePackages, type PackageForm } from "../bundle/bundle.js";
import { loadConfig } from "../config/load.js";
import { OptionError } from "../errors.js";
import { captureFunction, explain } from "../host/capture-function.js";
import { importUserFile } from "./import-user-file.js";
import { bytesText } from "./text.js";

interface ExplainOptions {
  elsewhere: boolean;
  json: boolean;
}

/** `nodewren explain file.ts#name`: what would travel with an exported function. */
export function explainCommand(): Command {
  return new Command("explain")
    .description("Shows what would travel with an exported function: variables, functions, modules, packages, bytes.")
    .argument("<file#name>", "a module and the name of an export, such as work.ts#simulate; without #name: default")
    .option("--elsewhere", "show how its packages travel to workers in the cloud, too", false)
    .option("--json", "print data instead of text", false)
    .action(async (place: string, { json, elsewhere }: ExplainOptions) => {
      try {
        const fn = await exportedFunction(place);
        const explanation = explain(fn);
        const sent = elsewhere ? await packagesElsewhere(fn) : undefined;
        if (json) console.log(JSON.stringify({ ...explanation, ...(sent && { elsewhere: sent }) }, null, 2));
        else console.log([String(explanation), ...(sent ? [textOf(sent)] : [])].join("\n"));
      } finally {
        setImmediate(endOnceWritten);
      }
    });
}

interface Elsewhere {
  /** Of all packages together, as they are stored. */
  bytes: number;
  packages: readonly PackageForm[];
}

/** For the workers that are configured. Throws `CaptureError` as a job there would. */
async function packagesElsewhere(fn: Function): Promise<Elsewhere> {
  const { lambda } = loadConfig();
  const worker = {
    system: systemOf(lambda.architecture, lambda.runtime),
    diskBytes: lambda.ephemeralStorageMb * MIB,
  };
  const { bytes, forms } = await bundlePackages(captureFunction(fn).packages, lambda.packagesOnWorker, worker);
  return { bytes: bytes.byteLength, packages: forms };
}

function textOf({ bytes, packages }: Elsewhere): string {
  const rows = packages.map(({ name, form, reason }) => `  ${name}: ${FORMS[form]}${reason && ` (${reason})`}`);
  return [`packages, as they travel to workers in the cloud: ${bytesText(bytes)}`, ...rows].join("\n");
}

const FORMS = { bundled: "bundled", files: "as files" };

const MIB = 1024 * 1024;

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
