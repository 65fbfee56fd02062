/** Commands for the usual places. */
import { type Check, checkOptions, integerIn } from "../../options/check.js";
import { asCalled } from "../../util/called.js";
import { CommandBackend } from "./backend.js";
import { type CommandBackendOptions, HOST_CHECKS } from "./options.js";
import { ArrayLauncher } from "./slurm/array-launcher.js";

type HostOptions = Omit<CommandBackendOptions, "command" | "shell">;
type PlaceOptions = Omit<HostOptions, "hosts">;

export interface SshOptions extends HostOptions {
  /** Names as `ssh` takes them, such as `"me@compute1"` or one of your `~/.ssh/config`. */
  hosts: NonNullable<HostOptions["hosts"]>;
  /** Further arguments of `ssh`, such as `["-p", "2222"]`. Default none. */
  args?: readonly string[] | undefined;
}

export interface SlurmOptions extends PlaceOptions {
  /** Tasks of the job array: each has `workers` cores of one node. */
  tasks: number;
  /** Worker processes in each task, and cores that it asks for. Default 1. */
  workers?: number | undefined;
  /** Further arguments of `sbatch`, such as `["--partition=long", "--time=2:00:00"]`. Default none. */
  args?: readonly string[] | undefined;
  /** Name or address of this machine, as the nodes reach it. Default: its host name; it listens in every network then. */
  address?: string | undefined;
}

export interface ContainerOptions extends PlaceOptions {
  /** Has Node, and whatever programs your functions run. */
  image: string;
  /** Command of the engine. Default `"podman"`. */
  engine?: string | undefined;
  /** Containers that run at once. Default 1. */
  containers?: number | undefined;
  /** Further arguments of the engine's `run`, such as `["--volume", "/data:/data"]`. Default none. */
  args?: readonly string[] | undefined;
}

const isText: Check = (value) => (typeof value === "string" && value !== "" ? undefined : "a text");
const isArgs: Check = (value) =>
  Array.isArray(value) && value.every((one) => typeof one === "string") ? undefined : "a list of texts";
const isCount = integerIn(1, Infinity);
const { hosts: isHosts, ...PLACE_CHECKS } = HOST_CHECKS;

/** Notices within half a minute that a host is gone; asks for no password, as nobody would see the question. */
const SSH = ["ssh", "-T", "-o", "BatchMode=yes", "-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=3"];

/**
 * Workers on machines that `ssh` reaches without a password.
 *
 * @throws OptionError for an option that is unknown or out of range
 */
export function ssh(options: SshOptions): CommandBackend {
  const checks = { hosts: isHosts, args: isArgs, ...PLACE_CHECKS };
  asCalled(ssh, () => checkOptions("ssh()", Object.assign({ hosts: null }, options), checks));
  const { args = [], ...others } = options;
  return new CommandBackend({ ...others, command: [...SSH, ...args, "--", "{host}"], shell: true });
}

/**
 * Workers in the tasks of a job array of Slurm, which is submitted from here with the first job, and cancelled with `close()`. Tasks that end are
 * asked for again as long as shards wait. For the whole time in the queue, jobs wait.
 *
 * @throws OptionError for an option that is unknown or out of range
 */
export function slurm(options: SlurmOptions): CommandBackend {
  const checks = { tasks: isCount, args: isArgs, address: isText, ...PLACE_CHECKS };
  asCalled(slurm, () => checkOptions("slurm()", Object.assign({ tasks: null }, options), checks));
  const { tasks, args = [], address, workers = 1, node = "node", startTimeoutMs = Infinity, ...others } = options;
  const own = ["--ntasks=1", `--cpus-per-task=${workers}`, "--no-requeue", "--job-name=nodewren", "--output=/dev/null"];
  const launcher = new ArrayLauncher({ args: [...own, ...args], node, address });
  const hosts = names("task", tasks);
  const all = { ...others, startTimeoutMs, workers, hosts, command: ["sbatch", ...args] };
  return new CommandBackend(all, launcher);
}

/**
 * Workers in containers of this machine, made from an image when first needed, and removed with `close()`.
 *
 * @throws OptionError for an option that is unknown or out of range
 */
export function containers(options: ContainerOptions): CommandBackend {
  const checks = { image: isText, engine: isText, containers: isCount, args: isArgs, ...PLACE_CHECKS };
  asCalled(containers, () => checkOptions("containers()", Object.assign({ image: null }, options), checks));
  const { image, engine = "podman", containers: count = 1, args = [], ...others } = options;
  const command = [engine, "run", "--interactive", "--rm", ...args, image];
  return new CommandBackend({ ...others, command, hosts: names("container", count) });
}

function names(what: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${what} ${i + 1}`);
}
