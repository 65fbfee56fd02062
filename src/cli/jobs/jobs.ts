import { Command } from "commander";
import { cleanCommand } from "./clean.js";
import { listCommand } from "./list.js";
import { showCommand } from "./show.js";

/** `nodewren jobs`: what the store holds of jobs. */
export function jobsCommand(): Command {
  return new Command("jobs")
    .description("Lists, shows and removes the jobs of the configured store.")
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(cleanCommand());
}
