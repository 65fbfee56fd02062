/** How agents are started: here each by a command of its own. */
import { CommandConnection, type Connection } from "./connection.js";
import type { CommandSettings } from "./options.js";
import { type Program, quoted, startArguments } from "./program.js";

export interface Launcher {
  /** Begins to start an agent there. */
  launch(host: string, program: Program): Connection;
  /** Ends what it has started that no connection ends. */
  close(): Promise<void>;
  /** The same in the last instant of this process. */
  kill(): void;
}

type Settings = Pick<CommandSettings, "command" | "shell" | "node">;

export class CommandLauncher implements Launcher {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  launch(host: string, program: Program): Connection {
    return new CommandConnection(commandLine(this.#settings, host, startArguments(program, this.#settings.node)));
  }

  async close(): Promise<void> {}

  kill(): void {}
}

/** A shell is replaced by what it starts, so that nothing is between that and the command. */
export function commandLine({ command, shell }: Settings, host: string, rest: readonly string[]): string[] {
  const own = command.map((part) => part.replaceAll("{host}", host));
  return shell ? [...own, `exec ${rest.map(quoted).join(" ")}`] : [...own, ...rest];
}
