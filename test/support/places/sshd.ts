/** A real sshd on loopback, with keys, port and folders of its own. */
import { mkdirSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { freePort } from "../free-port.js";
import { keptFolder } from "../kept-folder.js";
import { childrenOf } from "../processes.js";
import { until } from "../until.js";
import { Daemon, missing, pathOf, run } from "./daemon.js";

export const noSshd = missing(["sshd", "ssh", "ssh-keygen"], "openssh-server openssh-client");

export interface Sshd {
  /** Arguments of `ssh` by which `one` and `two` are this machine. */
  args: readonly string[];
  /** Folder that everything of theirs is in, and which each of their processes has in a variable. */
  folder: string;
  /** Processes that serve a connection each. */
  connections(): number[];
  close(): Promise<void>;
}

export async function startSshd(): Promise<Sshd> {
  const folder = keptFolder();
  const at = (name: string) => `${folder.path}/${name}`;
  for (const name of ["host", "user"]) await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(name)]);
  const port = await freePort();
  for (const name of ["home", "tmp"]) mkdirSync(at(name));
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
    // What a person's shell reads at its start may take a second, and is none of these tests' business.
    SetEnv: `HOME=${at("home")} XDG_CACHE_HOME=${at("cache")} TMPDIR=${at("tmp")}`,
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
    folder: folder.path,
    connections: () => childrenOf(daemon.child.pid as number),
    close: async () => {
      await daemon.end();
      folder.remove();
    },
  };
}
