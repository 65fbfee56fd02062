/** `nodewren completion`: what a shell needs to complete commands and options, made from the commands themselves. */
import { Argument, Command } from "commander";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

/** Words that may come behind a command, by the way to it, such as `" jobs"`; "" is the program itself. */
type Words = ReadonlyMap<string, readonly string[]>;

export function completionCommand(): Command {
  return new Command("completion")
    .description("Prints a script that completes commands in a shell: source <(nodewren completion bash)")
    .addArgument(new Argument("<shell>", "for which shell").choices(SHELLS))
    .action((shell: Shell, _, command: Command) => {
      console.log(SCRIPTS[shell](wordsOf(command.parent as Command)));
    });
}

function wordsOf(command: Command, path = ""): Map<string, string[]> {
  const { commands, options } = command;
  const flags = [...options.map(({ long }) => long), "--help"].filter((flag) => typeof flag === "string");
  const words = new Map([[path, [...commands.map((one) => one.name()), ...flags]]]);
  for (const one of commands) for (const [to, of] of wordsOf(one, `${path} ${one.name()}`)) words.set(to, of);
  return words;
}

function bash(words: Words): string {
  const cases = [...words].map(([path, of]) => `    "${path}") words="${of.join(" ")}" ;;`);
  const commands = [...words.keys()].filter(Boolean).map((path) => `"${path}"`);
  return `_nodewren() {
  local word path="" words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${commands.join("|")}) path="$path $word" ;;
    esac
  done
  case "$path" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _nodewren nodewren`;
}

function fish(words: Words): string {
  const lines = [...words].flatMap(([path, of]) => {
    const seen = path.trim().split(" ").filter(Boolean);
    const children = of.filter((word) => !word.startsWith("--"));
    // A command completes its own words as long as none of its own commands is there.
    const here = [
      ...seen.map((word) => `__fish_seen_subcommand_from ${word}`),
      ...(children.length > 0 ? [`not __fish_seen_subcommand_from ${children.join(" ")}`] : []),
    ].join("; and ");
    return of.map((word) => {
      const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      return `complete -c nodewren -n "${here}" ${what}`;
    });
  });
  return lines.join("\n");
}

const SCRIPTS: Record<Shell, (words: Words) => string> = {
  bash,
  zsh: (words) => `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bash(words)}`,
  fish,
};
