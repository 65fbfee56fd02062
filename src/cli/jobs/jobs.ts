import { Command } from "commander";
import { cleanCommand } from "./clean.js";
import { cancelCommand, resumeCommand } from "./control.js";
import { exportCommand } from "./export.js";
import { listCommand } from "./list.js";
import { logsCommand, resultsCommand } from "./results.js";
import { showCommand } from "./show.js";

/** `nodewren jobs`: what the store holds of jobs. */
export function jobsCommand(): Command {
  return new Command("jobs")
    .description("Lists, shows, resumes, cancels and removes the jobs of the configured store.")
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(resultsCommand())
    .addCommand(logsCommand())
    .addCommand(cancelCommand())
    .addCommand(resumeCommand())
    .addCommand(exportCommand())
    .addCommand(cleanCommand());
}
