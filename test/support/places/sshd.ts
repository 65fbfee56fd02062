/** A real sshd on loopback, with keys, port and folders of its own. */
import { mkdirSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { keptFolder } from "../folders.js";
import { until } from "../until.js";
import { Daemon, freePort, missing, pathOf, run } from "./daemon.js";

export const noSshd = missing(["sshd", "ssh", "ssh-keygen"], "openssh-server openssh-client");

export interface Sshd {
  /** Arguments of `ssh` by which `one` and `two` are this machine. */
  args: readonly string[];
  /** Where hosts keep the workers' program. */
  cache: string;
  /** Processes that serve a connection. */
  connections(): Promise<number[]>;
  close(): Promise<void>;
}

/** @param refuses names that nobody answers for */
export async function startSshd(): Promise<Sshd> {
  const folder = keptFolder();
  const at = (name: string) => `${folder.path}/${name}`;
  for (const name of ["host", "user"]) await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(name)]);
  const port = await freePort();
  const cache = at("cache");
  // Where Debian's build changes its root to, before anybody is known.
  mkdirSync("/run/sshd", { recursive: true });
  const lines = {
    Port: port,
    ListenAddress: "127.0.0.1",
    HostKey: at("host"),
    AuthorizedKeysFile: at("user.pub"),
    PidFile: at("pid"),
    UsePAM: "no",
    StrictModes: "no",
    PasswordAuthentication: "no",
    MaxStartups: 100,
    SetEnv: `XDG_CACHE_HOME=${cache}`,
  };
  const config = Object.entries(lines).map(([name, value]) => `${name} ${value}\n`);
  writeFileSync(at("sshd_config"), config.join(""));
  const own = { HostName: "127.0.0.1", Port: port, User: userInfo().username, IdentityFile: at("user") };
  const rest = {
    IdentitiesOnly: "yes",
    StrictHostKeyChecking: "no",
    UserKnownHostsFile: "/dev/null",
    LogLevel: "ERROR",
  };
  const client = Object.entries({ ...own, ...rest }).map(([name, value]) => `  ${name} ${value}\n`);
  writeFileSync(at("ssh_config"), `Host one two\n${client.join("")}`);
  const daemon = new Daemon(pathOf("sshd") as string, ["-D", "-e", "-f", at("sshd_config")]);
  await until(() => daemon.text.includes("Server listening"), 10_000);
  return {
    args: ["-F", at("ssh_config")],
    cache,
    connections: () => childrenOf(daemon.child.pid as number),
    close: async () => {
      for (const pid of await childrenOf(daemon.child.pid as number)) kill(pid);
      await daemon.end();
      folder.remove();
    },
  };
}

/** Processes started by that one. */
export async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await run("ps", ["-o", "pid=", "--ppid", String(pid)]).catch(() => ({ stdout: "" }));
  return stdout.split("\n").filter(Boolean).map(Number);
}

export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
