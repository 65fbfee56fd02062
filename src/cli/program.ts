/** All commands with their options, none of which has been parsed yet. */
import { Command } from "commander";
import { ownVersion } from "../deploy/own-version.js";
import { cacheCommand } from "./cache/cache.js";
import { completionCommand } from "./completion.js";
import { deployCommand } from "./deploy.js";
import { destroyCommand } from "./destroy.js";
import { doctorCommand } from "./doctor.js";
import { estimateCommand } from "./estimate.js";
import { explainCommand } from "./explain.js";
import { imageCommand } from "./image.js";
import { initCommand } from "./init.js";
import { jobsCommand } from "./jobs/jobs.js";
import { layerCommand } from "./layer.js";
import { policyCommand } from "./policy.js";
import { replayCommand } from "./replay.js";
import { reportCommand } from "./report.js";
import { runCommand } from "./run.js";
import { serveCommand } from "./serve.js";
import { watchCommand } from "./watch/watch.js";

export function newProgram(): Command {
  return new Command("nodewren")
    .description("Runs closures on workers, here or on AWS Lambda: set up, look into, and clear away.")
    .version(ownVersion())
    .enablePositionalOptions()
    .addCommand(initCommand())
    .addCommand(doctorCommand())
    .addCommand(deployCommand())
    .addCommand(destroyCommand())
    .addCommand(layerCommand())
    .addCommand(imageCommand())
    .addCommand(policyCommand())
    .addCommand(jobsCommand())
    .addCommand(reportCommand())
    .addCommand(watchCommand())
    .addCommand(cacheCommand())
    .addCommand(replayCommand())
    .addCommand(runCommand())
    .addCommand(serveCommand())
    .addCommand(estimateCommand())
    .addCommand(explainCommand())
    .addCommand(completionCommand());
}
