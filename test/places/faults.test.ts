/** A connection is cut, a task is cancelled, a node drained, a container or the host itself killed, each in mid-job: all results come, nothing is left. */
import { type CommandBackend, containers, Executor, slurm, ssh } from "nodewren";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { newFolder } from "../support/folders.js";
import { run } from "../support/places/daemon.js";
import { nothingLeft, processesOf } from "../support/places/leftovers.js";
import { noPodman, type Podman, startPodman } from "../support/places/podman.js";
import { noSlurm, type Slurm, startSlurm } from "../support/places/slurm.js";
import { noSshd, type Sshd, startSshd } from "../support/places/sshd.js";
import { runScript } from "../support/scripts.js";
import { until } from "../support/until.js";

const CALLS = 40;
const inputs = Array.from({ length: CALLS }, (_, i) => i);
const squares = inputs.map((x) => x * x);

const slowSquare = async (x: number) => {
  await new Promise((resolve) => setTimeout(resolve, 200));
  return x * x;
};

/** Runs the job, and does that to it once some calls are done. */
async function runWith(backend: CommandBackend, disturb: () => unknown): Promise<Executor> {
  const executor = new Executor({ backend, store: newFolder(), progress: false });
  onTestFinished(() => executor.close());
  const job = executor.map(slowSquare, inputs, { shards: 20, speculate: false });
  await job.futures[6];
  await disturb();
  expect(await job).toEqual(squares);
  return executor;
}

describe.skipIf(noSshd)("ssh", () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd.close());
  const backend = () => ssh({ hosts: ["one", "two"], args: sshd.args, workers: 2, node: process.execPath });

  it("a connection that is cut in mid-job", async () => {
    const executor = await runWith(backend(), () => process.kill(sshd.connections()[0] as number, "SIGKILL"));
    await executor.close();
    await nothingLeft(sshd.folder);
  });

  it("an agent that is killed in mid-job", async () => {
    const executor = await runWith(backend(), () => {
      const [first] = processesOf(sshd.folder);
      process.kill(first as number, "SIGKILL");
    });
    await executor.close();
    await until(() => processesOf(sshd.folder).length === 0, 15_000);
  });

  it("the host of the job is killed in mid-job", async () => {
    const script = runScript(`
      import { Executor, ssh } from "nodewren";
      const backend = ssh({ hosts: ["one"], args: ${JSON.stringify(sshd.args)}, workers: 2, node: process.execPath });
      const executor = new Executor({ backend, store: ${JSON.stringify(newFolder())}, progress: false });
      const job = executor.map(() => new Promise(() => {}), [1, 2]);
      setInterval(() => console.log("alive"), 100);
      await job;
    `);
    await until(() => processesOf(sshd.folder).length >= 3, 30_000);
    script.child.kill("SIGKILL");
    await script.ended;
    await nothingLeft(sshd.folder);
  });
});

describe.skipIf(noSlurm)("Slurm", () => {
  let cluster: Slurm;
  const before = { ...process.env };
  beforeAll(async () => {
    cluster = await startSlurm();
    const { TMPDIR: _, ...env } = cluster.env;
    Object.assign(process.env, env);
  });
  afterAll(async () => {
    await cluster.close();
    process.env = before;
  });
  const backend = () =>
    slurm({
      tasks: 2,
      workers: 2,
      node: process.execPath,
      address: "127.0.0.1",
      args: [`--export=ALL,TMPDIR=${cluster.env.TMPDIR}`],
    });
  const tasks = async (state: string) =>
    (await cluster.ask("squeue", "--noheader", "--array", `--states=${state}`, "--format=%i"))
      .split("\n")
      .filter(Boolean);
  const nothingQueued = () => until(async () => (await tasks("PENDING,RUNNING,COMPLETING")).length === 0, 30_000);

  it("a task that is cancelled in mid-job is asked for again", async () => {
    const executor = await runWith(backend(), async () => {
      const [first] = await tasks("RUNNING");
      await cluster.ask("scancel", first as string);
    });
    await executor.close();
    await nothingQueued();
    await nothingLeft(cluster.folder);
  });

  it("a node that is drained, and whose tasks are ended, in mid-job: what is left waits for it", async () => {
    const setState = (state: string) =>
      cluster.ask("scontrol", "update", `NodeName=${cluster.node}`, `State=${state}`, "Reason=test");
    const executor = await runWith(backend(), async () => {
      await setState("DRAIN");
      await cluster.ask("scancel", ...(await tasks("RUNNING")));
      await until(async () => (await tasks("PENDING")).length > 0, 30_000);
      await setState("RESUME");
    });
    await executor.close();
    await nothingQueued();
    await nothingLeft(cluster.folder);
  });

  it("what waits in the queue is cancelled when the executor is closed", async () => {
    const executor = new Executor({
      backend: slurm({ tasks: 3, args: ["--begin=now+1hour"] }),
      store: newFolder(),
      progress: false,
    });
    const job = executor.map((x: number) => x, [1, 2, 3]);
    job.catch(() => {});
    await until(async () => (await tasks("PENDING")).length > 0, 30_000);
    await executor.close();
    await nothingQueued();
  });

  it("what the controller refuses is told at once", async () => {
    const executor = new Executor({
      backend: slurm({ tasks: 1, args: ["--partition=none"] }),
      store: newFolder(),
      progress: false,
    });
    onTestFinished(() => executor.close());
    await expect(executor.map((x: number) => x, [1])).rejects.toThrow(/invalid partition/i);
  });

  it("a task in which Node is not found tells how to see why", async () => {
    const executor = new Executor({
      backend: slurm({ tasks: 1, node: "node-that-is-not-there" }),
      store: newFolder(),
      progress: false,
    });
    onTestFinished(() => executor.close());
    await expect(executor.map((x: number) => x, [1])).rejects.toThrow(/NonZeroExitCode.*the option node/s);
  });
});

describe.skipIf(noPodman)("containers", () => {
  let podman: Podman;
  beforeAll(async () => {
    podman = await startPodman();
  });
  afterAll(() => podman.close());

  it("a container that is killed in mid-job", async () => {
    const { image, args } = podman;
    const executor = await runWith(containers({ image, args, containers: 2, workers: 1 }), async () => {
      const [first] = await podman.containers();
      await run("podman", ["kill", first as string]);
    });
    await executor.close();
    expect(await podman.containers()).toEqual([]);
  });
});
