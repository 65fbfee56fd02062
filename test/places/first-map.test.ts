/** What the pages say of the first steps, on the real ssh and Slurm: `doctor` with a configuration, and jobs as it says. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandBackend, Executor } from "nodewren";
import { describe, expect, it, onTestFinished } from "vitest";
import { newFolder } from "../support/folders.js";
import { noSlurm, startSlurm } from "../support/places/slurm.js";
import { noSshd, startSshd } from "../support/places/sshd.js";
import { root, runNode } from "../support/run-script.js";

/** Runs the command line with that configuration, whose store is a folder of its own. */
function nodewren(command: Record<string, unknown>, args: string[], env = {}) {
  const folder = newFolder();
  const config = {
    backend: "command",
    store: join(folder, "runs"),
    workers: 1,
    command: { node: process.execPath, ...command },
  };
  writeFileSync(join(folder, "nodewren.config.json"), JSON.stringify(config));
  return runNode([join(root, "dist/src/cli/main.js"), ...args], { cwd: folder, env });
}

describe.skipIf(noSshd)("ssh", () => {
  it("doctor looks at each host, and says of one that fails what is wrong", async () => {
    const sshd = await startSshd();
    onTestFinished(() => sshd.close());
    const { stdout, code } = await nodewren({ hosts: ["one", "two"], args: sshd.args }, ["doctor"]);
    expect(stdout).toMatch(
      /ok +host one +Node v\d+\.\d+\.\d+, linux-\w+, glibc, \d+ cores, sees the store\nok +host two +Node/,
    );
    expect(stdout).toMatch(/ok +worker +a call took \d+ ms/);
    expect(code).toBe(0);
    const three = await nodewren({ hosts: ["one", "three"], args: sshd.args }, ["doctor"]);
    expect(three.stdout).toMatch(
      /ok +host one[^\n]*\nfailed +host three +No workers can be started there: ssh ended with exit code 255: .*three/,
    );
    expect(three.code).toBe(1);
  });
});

describe.skipIf(noSlurm)("Slurm", () => {
  it("doctor waits for a task when it is told to, and srun does for a command of one's own", async () => {
    const cluster = await startSlurm();
    onTestFinished(() => cluster.close());
    const settings = { start: "slurm", address: "127.0.0.1", tasks: 2 };
    const { stdout } = await nodewren(settings, ["doctor"], cluster.env);
    expect(stdout).toMatch(/skipped +host task 1 +may wait in the queue of the cluster: add --run/);
    const waited = await nodewren(settings, ["doctor", "--run"], cluster.env);
    expect(waited.stdout).toMatch(/ok +host task 1 +Node .* sees the store\nok +worker +a call took/);
    const env = Object.entries(cluster.env).map(([name, value]) => `${name}=${value}`);
    const backend = new CommandBackend({
      command: ["env", ...env, "srun", "--unbuffered", "--ntasks=1"],
      hosts: ["task 1", "task 2"],
      workers: 1,
      node: process.execPath,
      startTimeoutMs: Infinity,
    });
    const executor = new Executor({ backend, store: newFolder(), progress: false });
    onTestFinished(() => executor.close());
    expect(await executor.map((x: number) => x * x, [1, 2, 3, 4])).toEqual([1, 4, 9, 16]);
  });

  it("tells what jobs wait for in the queue", async () => {
    const cluster = await startSlurm();
    onTestFinished(() => cluster.close());
    const script = `
      import { Executor, slurm } from "nodewren";
      const executor = new Executor({ backend: slurm({ tasks: 2, args: ["--begin=now+1hour"] }), store: ${JSON.stringify(newFolder())} });
      await executor.map((x) => x, [1, 2], { signal: AbortSignal.timeout(13_000) }).catch((error) => console.log(error.code));
      await executor.close();
    `;
    const { stdout, stderr } = await runNode(["--input-type=module", "--eval", script], { env: cluster.env });
    expect(stderr).toMatch(/Jobs wait for the cluster, in whose queue 2 tasks are \(BeginTime\)\./);
    expect(stdout).toBe("CANCELLED\n");
  });
});
