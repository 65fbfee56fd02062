#!/usr/bin/env node
/** The command line: one file a command. Exit codes: 0 done, 1 failed, 2 used wrongly. */
import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import { textOf } from "../text-of.js";
import { explainCommand } from "./explain.js";

const USED_WRONGLY = 2;

const { version } = createRequire(import.meta.url)("nodewren/package.json") as { version: string };

const program = new Command("nodewren")
  .description("Runs closures on workers; this command shows what would travel.")
  .version(version)
  .addCommand(explainCommand())
  .exitOverride();
for (const command of program.commands) command.exitOverride();

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USED_WRONGLY;
  else {
    console.error(textOf(error));
    process.exitCode = 1;
  }
});
