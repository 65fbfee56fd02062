import { Command } from "commander";
import { cacheCleanCommand } from "./clean.js";
import { cacheListCommand } from "./list.js";

/** `nodewren cache`: results that maps with the option `cache` have kept. */
export function cacheCommand(): Command {
  return new Command("cache")
    .description("Lists and removes results that maps have kept (option cache).")
    .addCommand(cacheListCommand())
    .addCommand(cacheCleanCommand());
}
