import type { Command } from "commander";
import { OptionError } from "../../errors.js";
import { stateMachineOf } from "../../host/state-machine.js";
import { type CommonOptions, configOf, configuredCommand, withStore } from "../shared.js";
import { json } from "../text.js";
import { findJobId, ID } from "./job-id.js";

interface ExportOptions extends CommonOptions {
  stateMachine: boolean;
  maxConcurrency?: string;
}

export function exportCommand(): Command {
  return configuredCommand("export", "Prints a job in a form by which others can run it.")
    .argument("<id>", ID)
    .option("--state-machine", "as a state machine of AWS Step Functions, in Amazon States Language", false)
    .option("--max-concurrency <n>", "shards that run at once")
    .action((text: string, options: ExportOptions) => exportJob(text, options));
}

async function exportJob(text: string, options: ExportOptions): Promise<void> {
  if (!options.stateMachine)
    throw new OptionError("state-machine", "Say as what: npx nodewren jobs export ID --state-machine");
  const config = configOf(options);
  const { maxConcurrency: given } = options;
  const { functionName } = config.lambda;
  const maxConcurrency = given === undefined ? undefined : Number(given);
  const machine = await withStore(config, async (store) =>
    stateMachineOf(store, await findJobId(store, text), { functionName, maxConcurrency }),
  );
  console.log(json(machine));
}
