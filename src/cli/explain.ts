import type { Command } from "commander";
import { systemOf } from "../backends/lambda/system.js";
import { bundlePackages, type PackageForm } from "../bundle/bundle.js";
import type { ResolvedConfig } from "../config/config.js";
import { captureFunction, explain } from "../host/capture-function.js";
import { endOnceWritten, exportedFunction, FUNCTION_PLACE } from "./exported-function.js";
import { type CommonOptions, configOf, configuredCommand } from "./shared.js";
import { bytesText } from "./text.js";

interface ExplainOptions extends CommonOptions {
  elsewhere: boolean;
}

/** `nodewren explain file.ts#name`: what would travel with an exported function. */
export function explainCommand(): Command {
  return configuredCommand(
    "explain",
    "Shows what would travel with an exported function: variables, functions, modules, packages, bytes.",
  )
    .argument("<file#name>", FUNCTION_PLACE)
    .option("--elsewhere", "show how its packages travel to workers in the cloud, too", false)
    .action(async (place: string, options: ExplainOptions) => {
      const { json, elsewhere } = options;
      try {
        const fn = await exportedFunction(place);
        const explanation = explain(fn);
        const config = elsewhere || options.config !== undefined ? configOf(options) : undefined;
        const sent = elsewhere && config ? await packagesElsewhere(fn, config) : undefined;
        if (json) console.log(JSON.stringify({ ...explanation, ...(sent && { elsewhere: sent }) }, null, 2));
        else console.log([String(explanation), ...(sent ? [textOf(sent)] : [])].join("\n"));
      } finally {
        endOnceWritten();
      }
    });
}

interface Elsewhere {
  /** Of all packages together, as they are stored. */
  bytes: number;
  packages: readonly PackageForm[];
}

/** For the workers that are configured. Throws `CaptureError` as a job there would. */
async function packagesElsewhere(fn: Function, { lambda }: ResolvedConfig): Promise<Elsewhere> {
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
