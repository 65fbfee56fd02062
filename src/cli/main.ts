#!/usr/bin/env node
/** The command line: one file a command. Exit codes: 0 done, 1 failed, 2 used wrongly. */
import { Command, CommanderError } from "commander";
import { ownVersion } from "../deploy/own-version.js";
import { textOf } from "../util/describe-value.js";
import { cacheCommand } from "./cache/cache.js";
import { deployCommand } from "./deploy.js";
import { destroyCommand } from "./destroy.js";
import { doctorCommand } from "./doctor.js";
import { explainCommand } from "./explain.js";
import { initCommand } from "./init.js";
import { jobsCommand } from "./jobs/jobs.js";
import { layerCommand } from "./layer.js";
import { policyCommand } from "./policy.js";
import { replayCommand } from "./replay.js";
import { runCommand } from "./run.js";
import { printable } from "./text.js";

const USED_WRONGLY = 2;

const version = ownVersion();

const program = new Command("nodewren")
  .description("Runs closures on workers, here or on AWS Lambda: set up, look into, and clear away.")
  .version(version)
  .enablePositionalOptions()
  .addCommand(initCommand())
  .addCommand(doctorCommand())
  .addCommand(deployCommand())
  .addCommand(destroyCommand())
  .addCommand(layerCommand())
  .addCommand(policyCommand())
  .addCommand(jobsCommand())
  .addCommand(cacheCommand())
  .addCommand(replayCommand())
  .addCommand(runCommand())
  .addCommand(explainCommand());
for (const command of withSubcommands(program)) command.exitOverride();

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USED_WRONGLY;
  else {
    console.error(printable(textOf(error)));
    process.exitCode = 1;
  }
});
