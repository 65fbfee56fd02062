import type { Command } from "commander";
import type { ResolvedConfig } from "../config/config.js";
import { destroy } from "../deploy/destroy.js";
import { s3StoreOf } from "../deploy/names.js";
import { confirm } from "./ask.js";
import { type CommonOptions, configOf, configuredCommand, configuredStore, printStep } from "./shared.js";
import { json } from "./text.js";

interface DestroyCommandOptions extends CommonOptions {
  keepStore: boolean;
  yes: boolean;
}

/** `nodewren destroy`: removes what deploy made, and what jobs left. */
export function destroyCommand(): Command {
  return configuredCommand("destroy", "Removes function, role, log group and all jobs; the bucket if deploy made it.")
    .option("--keep-store", "leave jobs and bucket as they are", false)
    .option("--yes", "do not ask", false)
    .action(async (options: DestroyCommandOptions) => {
      const config = configOf(options);
      if (!(await confirm(questionOf(config, options.keepStore), options.yes))) {
        console.error("Nothing was removed.");
        process.exitCode = 1;
        return;
      }
      const openStore = options.keepStore ? undefined : () => configuredStore(config);
      const report = await destroy(config, { openStore, onStep: options.json ? undefined : printStep });
      if (options.json) console.log(json(report));
    });
}

function questionOf(config: ResolvedConfig, keepsStore: boolean): string {
  const { bucket, prefix } = s3StoreOf(config);
  const jobs = keepsStore ? "" : ` and every job in s3://${bucket}/${prefix}`;
  return `This removes the function ${config.lambda.functionName} with its role and logs${jobs}.`;
}
