#!/usr/bin/env node
/** The command line: one file a command. Exit codes: 0 done, 1 failed, 2 used wrongly. */
import type { Command } from "commander";
import { newProgram } from "./program.js";
import { exitCodeOf, printError } from "./usage.js";

const program = newProgram();
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
