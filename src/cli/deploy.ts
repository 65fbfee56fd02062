import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { deploy } from "../deploy/deploy.js";
import { lambdaZip } from "../deploy/layer.js";
import { type CommonOptions, configOf, configuredCommand, printStep, printWait } from "./shared.js";
import { json } from "./text.js";

interface DeployCommandOptions extends CommonOptions {
  code?: string;
}

/** `nodewren deploy`: makes in AWS what workers need. */
export function deployCommand(): Command {
  return configuredCommand("deploy", "Makes what workers on Lambda need: bucket, role, log group, function.")
    .option("--code <zip>", "deploy this bundle of the worker; default: the package's own")
    .action(async (options: DeployCommandOptions) => {
      const config = configOf(options);
      const code = options.code === undefined ? (await lambdaZip(config.lambda)).bytes : await readFile(options.code);
      const onStep = options.json ? undefined : printStep;
      const report = await deploy(config, { code, onStep, onWait: printWait });
      console.log(options.json ? json(report) : `Done: ${report.functionArn}`);
    });
}
