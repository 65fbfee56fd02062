/** The backend whose workers a command starts, as the configuration says. */
import { CommandBackend } from "../backends/command/backend.js";
import { containers, slurm, ssh } from "../backends/command/presets.js";
import type { ResolvedConfig } from "../config/config.js";
import { OptionError } from "../errors.js";

/** Settings that each way to start workers cannot do without. */
const NEEDED = { ssh: "hosts", slurm: undefined, containers: "image", command: "command" } as const;

/** Throws `OptionError` when a setting is missing or out of range. */
export function makeCommandBackend(
  { command: config, workers }: Pick<ResolvedConfig, "command" | "workers">,
  idleTimeoutMs?: number,
): CommandBackend {
  const { start, hosts = [], tasks = 1, image = "", engine, args, address, command = [], ...common } = config;
  const needed = NEEDED[start];
  if (needed !== undefined && config[needed] === undefined)
    throw new OptionError(
      `command.${needed}`,
      `Setting command.${needed} is missing: with the backend "command", workers are started by ${start === "command" ? "a command" : start}, which needs it. Set it in the configuration file, or change command.start.`,
    );
  const all = { ...common, workers, idleTimeoutMs: idleTimeoutMs ?? common.idleTimeoutMs };
  if (start === "ssh") return ssh({ ...all, hosts, args });
  if (start === "slurm") return slurm({ ...all, tasks, args, address });
  if (start === "containers") return containers({ ...all, image, engine, containers: tasks, args });
  return new CommandBackend({ ...all, command, hosts: config.hosts });
}
