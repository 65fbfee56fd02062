/** The options of `CommandBackend`: each once, with its unit, default and check. */
import { type Check, checkOptions, integerIn, isBoolean } from "../../options/check.js";
import { MAX_TIMER_MS, MINUTE_MS } from "../../util/time.js";

/** Most workers of one host: those of the largest machines there are. */
const MAX_WORKERS = 1024;

/** A host and what is its own. */
export interface WorkerHost {
  name: string;
  /** Worker processes that run there at once. Default: the option `workers`. */
  workers?: number | undefined;
}

export interface CommandBackendOptions {
  /**
   * Program and arguments that start a program on a host and pass its standard streams on, such as `["ssh", "-T", "{host}"]`. `{host}` stands
   * for the host's name; what starts the workers is put behind it all.
   */
  command: readonly string[];
  /** Hosts by name; the command runs once for each, and again when it has ended. Default: one, named after the command. */
  hosts?: readonly (string | WorkerHost)[] | undefined;
  /** Worker processes that run at once on each host. Default: the cores that Node may use there. */
  workers?: number | undefined;
  /** Whether the command gives what is put behind it to a shell, as `ssh` does: then it is quoted for one. Default `false`. */
  shell?: boolean | undefined;
  /** Node's command on the hosts, 20.19 or later: a name to be found there, or a path. Default `"node"`. */
  node?: string | undefined;
  /**
   * Where folders of this machine lie on the hosts, such as `{ "/home/me/runs": "/mnt/runs" }`, for a store that is a folder. Default: at the same path.
   */
  folders?: Readonly<Record<string, string>> | undefined;
  /** Time from the start of the command until a host must have answered, ms; `Infinity` where it waits in a queue. Default 60,000. */
  startTimeoutMs?: number | undefined;
  /** Time after which a worker that has nothing to do is ended, ms, and with a host's last worker its command. Default: never. */
  idleTimeoutMs?: number | undefined;
}

export interface CommandSettings {
  command: readonly string[];
  hosts: readonly WorkerHost[];
  shell: boolean;
  node: string;
  folders: Readonly<Record<string, string>>;
  startTimeoutMs: number;
  idleTimeoutMs: number | undefined;
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

const isCommand: Check = (value) =>
  Array.isArray(value) && value.length > 0 && value.every(isText)
    ? undefined
    : `a list of texts, the program and its arguments, such as ["ssh", "-T", "{host}"]`;

const isWorkers = integerIn(1, MAX_WORKERS);

const isHost = (value: unknown): boolean => {
  if (isText(value)) return true;
  const { name, workers } = (value ?? {}) as Partial<WorkerHost>;
  return isText(name) && (workers === undefined || isWorkers(workers) === undefined);
};

const isHosts: Check = (value) => {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isHost))
    return `a list of at least one host, each a name or { name, workers }`;
  const names = value.map((host: string | WorkerHost) => (typeof host === "string" ? host : host.name));
  return new Set(names).size === names.length ? undefined : "a list that names each host once";
};

const isFolders: Check = (value) =>
  typeof value === "object" && value !== null && Object.entries(value).flat().every(isText)
    ? undefined
    : "an object of paths on the hosts by paths on this machine";

const isNode: Check = (value) => (isText(value) ? undefined : `a command such as "node", or a path`);

const isTime = integerIn(1, MAX_TIMER_MS, " (ms)");

export const HOST_CHECKS = {
  hosts: isHosts,
  workers: isWorkers,
  node: isNode,
  folders: isFolders,
  startTimeoutMs: ((value) => (value === Infinity ? undefined : isTime(value))) as Check,
  idleTimeoutMs: isTime,
} satisfies Partial<Record<keyof CommandBackendOptions, Check>>;

const CHECKS: Record<keyof CommandBackendOptions, Check> = { command: isCommand, shell: isBoolean, ...HOST_CHECKS };

/** Throws `OptionError` for the first option that is unknown or out of range. */
export function commandSettings(options: CommandBackendOptions): CommandSettings {
  checkOptions("new CommandBackend()", Object.assign({ command: null }, options), CHECKS);
  const { command, hosts = [command[0] as string], workers, shell = false, node = "node", folders = {} } = options;
  return {
    command,
    hosts: hosts.map((host) => ({ workers, ...(typeof host === "string" ? { name: host } : withoutUndefined(host)) })),
    shell,
    node,
    folders,
    startTimeoutMs: options.startTimeoutMs ?? MINUTE_MS,
    idleTimeoutMs: options.idleTimeoutMs,
  };
}

function withoutUndefined({ name, workers }: WorkerHost): WorkerHost {
  return workers === undefined ? { name } : { name, workers };
}
