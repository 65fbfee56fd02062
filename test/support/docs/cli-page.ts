/** The page of all commands, made of what the command line knows of itself. */
import type { Command } from "commander";
import { newProgram } from "../../../src/cli/program.js";

const INTRODUCTION = `# Commands

\`npx nodewren --help\` lists the commands, and \`npx nodewren jobs list --help\` explains one. This page says the same.
[Configuration](configuration.md) has the settings that they read.

- \`--json\` prints data on stdout. When the command fails, that is \`{ "error": { "name", "code", "message", … } }\`.
- Exit codes: 0 done; 1 failed (a call of the job, a check of \`doctor\`, or there is no such job); 2 used wrongly (an option, an argument, a
  file or an export that does not exist).
- \`source <(nodewren completion bash)\` (or \`zsh\`, \`fish\`) completes commands and options.
- Without a terminal, commands that remove something fail unless they are given \`--yes\`.
`;

/** The page as it must be in `docs/cli.md`. */
export function cliPage(): string {
  return [INTRODUCTION, ...leavesOf(newProgram()).map((path) => sectionOf(path))].join("\n");
}

/** Commands that do something, each behind those that it belongs to. */
function leavesOf(command: Command, above: readonly Command[] = []): Command[][] {
  const path = [...above, command];
  return command.commands.length === 0 ? [path] : command.commands.flatMap((one) => leavesOf(one, path));
}

function sectionOf(path: readonly Command[]): string {
  const command = path.at(-1) as Command;
  const name = path.map((one) => one.name()).join(" ");
  const help = command.createHelp();
  const rows = [
    ...help
      .visibleArguments(command)
      .map((one) => [one.required ? `<${one.name()}>` : `[${one.name()}]`, help.argumentDescription(one)]),
    ...help
      .visibleOptions(command)
      .filter((option) => option.long !== "--help")
      .map((option) => [help.optionTerm(option), help.optionDescription(option)]),
  ];
  const table = [
    "| argument or option | meaning |",
    "| --- | --- |",
    ...rows.map(([term, text]) => `| \`${term}\` | ${cell(text)} |`),
  ];
  return `## \`${name}\`\n\n${cell(command.description())}\n\n${table.join("\n")}\n`;
}

/** Names in angle brackets are no HTML. */
function cell(text = ""): string {
  return text.replace(" (default: false)", "").replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
