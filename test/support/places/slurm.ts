/** A real Slurm of one node on loopback, with a munge of its own; as root, and without systemd. */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { freePort } from "../free-port.js";
import { keptFolder } from "../kept-folder.js";
import { until } from "../until.js";
import { missing, pathOf, run } from "./daemon.js";

const PACKAGES = "slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge";
const isRoot = process.getuid?.() === 0;

export const noSlurm =
  missing(["slurmctld", "slurmd", "sbatch", "squeue", "scancel", "munged"], PACKAGES) ??
  (isRoot ? undefined : "Slurm's daemons start as root alone");

/** More than there are: the tasks of tests wait more than they compute. */
const CORES = 8;

export interface Slurm {
  node: string;
  /** Variables by which Slurm's commands find it. */
  env: { SLURM_CONF: string; XDG_CACHE_HOME: string; TMPDIR: string };
  /** Folder that everything of its is in, and which each process of a task has in a variable. */
  folder: string;
  /** Runs a command of Slurm and gives what it printed. */
  ask(command: string, ...args: string[]): Promise<string>;
  close(): Promise<void>;
}

export async function startSlurm(): Promise<Slurm> {
  const folder = keptFolder();
  const at = (name: string) => `${folder.path}/${name}`;
  for (const name of ["state", "spool", "munge", "tmp"]) mkdirSync(at(name));
  chmodSync(folder.path, 0o755);
  chmodSync(at("munge"), 0o755);
  writeFileSync(at("munge/key"), randomBytes(1024), { mode: 0o400 });
  const own = ["key-file=key", "socket=socket", "pid-file=pid", "log-file=log", "seed-file=seed"];
  const files = own.map((one) => one.replace("=", `=${at("munge/")}`)).map((one) => `--${one}`);
  await run(pathOf("munged") as string, ["--force", ...files]);
  const node = hostname().split(".")[0] as string;
  const [control, daemon] = [await freePort(), await freePort()];
  const config = { ...settings(at, control, daemon), ClusterName: "test", SlurmctldHost: `${node}(127.0.0.1)` };
  const lines = Object.entries(config).map(([name, value]) => `${name}=${value}\n`);
  const nodes = `NodeName=${node} NodeAddr=127.0.0.1 CPUs=${CORES} State=UNKNOWN\n`;
  const partition = "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP\n";
  writeFileSync(at("slurm.conf"), `${lines.join("")}${nodes}${partition}`);
  // Tasks inherit the others, and so keep what they need there.
  const env = { SLURM_CONF: at("slurm.conf"), XDG_CACHE_HOME: at("cache"), TMPDIR: at("tmp") };
  const ask = async (command: string, ...args: string[]) => {
    const { stdout } = await run(pathOf(command) as string, args, {
      env: { ...process.env, SLURM_CONF: env.SLURM_CONF },
    });
    return stdout.trim();
  };
  for (const name of ["slurmctld", "slurmd"]) await ask(name, "-f", at("slurm.conf"));
  await until(async () => (await ask("sinfo", "-h", "-o", "%T").catch(() => "")) === "idle", 30_000);
  return {
    node,
    env,
    folder: folder.path,
    ask,
    close: async () => {
      await ask("scancel", "--quiet", "--user=root").catch(() => {});
      // A task that ends tells the controller, and tries for minutes when that is gone; its node's daemon waits for it.
      await until(async () => (await ask("squeue", "--noheader")) === "", 20_000);
      const ids = ["slurmctld.pid", "slurmd.pid", "munge/pid"].map((name) => Number(readFileSync(at(name), "utf8")));
      for (const id of ids) process.kill(id, "SIGTERM");
      await until(() => !ids.some(lives), 20_000);
      folder.remove();
    },
  };
}

function settings(at: (name: string) => string, control: number, daemon: number): Record<string, string | number> {
  return {
    SlurmctldPort: control,
    SlurmdPort: daemon,
    SlurmUser: "root",
    SlurmdUser: "root",
    AuthType: "auth/munge",
    AuthInfo: `socket=${at("munge/socket")}`,
    CredType: "cred/munge",
    StateSaveLocation: at("state"),
    SlurmdSpoolDir: at("spool"),
    SlurmctldPidFile: at("slurmctld.pid"),
    SlurmdPidFile: at("slurmd.pid"),
    SlurmctldLogFile: at("slurmctld.log"),
    SlurmdLogFile: at("slurmd.log"),
    SlurmdParameters: "config_overrides",
    ProctrackType: "proctrack/linuxproc",
    TaskPlugin: "task/none",
    SchedulerType: "sched/backfill",
    SchedulerParameters: "sched_interval=1,batch_sched_delay=0,defer_batch=no",
    SelectType: "select/cons_tres",
    SelectTypeParameters: "CR_Core",
    JobAcctGatherType: "jobacct_gather/none",
    AccountingStorageType: "accounting_storage/none",
    MpiDefault: "none",
    ReturnToService: 2,
  };
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
