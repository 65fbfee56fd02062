#!/usr/bin/env node
/** The command line: one file a command. Exit codes: 0 done, 1 failed, 2 used wrongly. */
import { Command } from "commander";
import { ownVersion } from "../deploy/own-version.js";
import { cacheCommand } from "./cache/cache.js";
import { completionCommand } from "./completion.js";
import { deployCommand } from "./deploy.js";
import { destroyCommand } from "./destroy.js";
import { doctorCommand } from "./doctor.js";
import { explainCommand } from "./explain.js";
import { initCommand } from "./init.js";
import { jobsCommand } from "./jobs/jobs.js";
import { layerCommand } from "./layer.js";
import { policyCommand } from "./policy.js";
import { replayCommand } from "./replay.js";
import { reportCommand } from "./report.js";
import { runCommand } from "./run.js";
import { exitCodeOf, printError } from "./usage.js";
import { watchCommand } from "./watch/watch.js";

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
  .addCommand(reportCommand())
  .addCommand(watchCommand())
  .addCommand(cacheCommand())
  .addCommand(replayCommand())
  .addCommand(runCommand())
  .addCommand(explainCommand())
  .addCommand(completionCommand());
const running: { action?: Command } = {};
program.hook("preAction", (_, action) => {
  running.action = action;
});
for (const command of withSubcommands(program)) command.exitOverride();

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function asksForJson(): boolean {
  const { action } = running;
  return action ? action.opts().json === true : process.argv.includes("--json");
}

program.parseAsync().catch((error: unknown) => {
  printError(error, asksForJson());
  process.exitCode = exitCodeOf(error);
});
