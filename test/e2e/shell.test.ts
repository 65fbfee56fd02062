/** @module-tag long */
import { CallError, CallTimeoutError, CancelledError } from "nodewren";
import { expect, it } from "vitest";
import { isLambda } from "../support/combo.js";
import { newExecutor, newWarmExecutor } from "../support/executors.js";
import { canListProcesses, isAlive } from "../support/processes.js";
import { until } from "../support/until.js";

// Each starts several processes, one inside of another.
/** For what takes an instant, on a machine that is busy. */
const LONG_MS = 20_000;

it("tells of each command how it ended and what it wrote", async () => {
  const executor = newWarmExecutor();
  const commands = ["echo a b; echo $X >&2; exit 3", ["echo", "a  b", "$X"], "kill -9 $$", ["cat"], "pwd"] as const;
  const results = await executor.sh(commands, { env: { X: "x" }, input: "in put", cwd: "/" });
  const none = { exitCode: 0, signal: null, stderr: "" };
  expect(results).toEqual([
    { command: commands[0], exitCode: 3, signal: null, stdout: "a b\n", stderr: "x\n" },
    { ...none, command: commands[1], stdout: "a  b $X\n" },
    { ...none, command: commands[2], exitCode: null, signal: "SIGKILL", stdout: "" },
    { ...none, command: commands[3], stdout: "in put" },
    { ...none, command: commands[4], stdout: "/\n" },
  ]);
});

it("check makes failures of exit codes and signals; the other calls stand", async () => {
  const executor = newWarmExecutor();
  const outcomes = await executor.sh(["echo no >&2; exit 3", "kill -15 $$", "true"], { check: true }).settled();
  const reasons = outcomes.map((one) => (one.status === "rejected" ? (one.reason as CallError) : undefined));
  expect(reasons[0]).toBeInstanceOf(CallError);
  expect(reasons[0]?.message).toMatch(/The command "echo no >&2; exit 3" ended with exit code 3:\nno$/);
  expect(reasons[0]?.cause).toMatchObject({ exitCode: 3, signal: null, stderr: "no\n" });
  expect(reasons[1]?.message).toMatch(/ended with signal SIGTERM$/);
  expect(reasons[2]).toBeUndefined();
});

it("commands run at once on a worker, and one that is out of time ends alone", async () => {
  const executor = newExecutor({ workers: 1 });
  const commands = ["sleep 600", ...Array.from({ length: 15 }, (_, i) => `sleep 0.1; echo ${i} $PPID`)];
  const [late, ...others] = await executor.sh(commands, { concurrentCalls: 16, timeoutMs: 10_000 }).settled();
  expect(late).toMatchObject({ status: "rejected", reason: expect.any(CallTimeoutError) });
  const values = others.map((one) => (one.status === "fulfilled" ? one.value : undefined));
  expect(values.map((value) => value?.stdout.split(" ")[0])).toEqual(others.map((_, i) => `${i}`));
  expect(values.map((value) => value?.stderr)).toEqual(others.map(() => ""));
});

it("a program that is not there, and one that writes too much, fail their calls", async () => {
  const executor = newWarmExecutor();
  await expect(executor.sh([["no-such-program"]])).rejects.toThrow(
    /The command "no-such-program" could not be started: spawn no-such-program ENOENT/,
  );
  await expect(executor.sh(["yes"], { maxOutputBytes: 1e5 })).rejects.toThrow(
    /was ended, since it wrote more than 100000 bytes to stdout/,
  );
});

// On Lambda the processes of a command are on no machine that this test could look at.
it.skipIf(isLambda || !canListProcesses)("a command ends with its call, and so does all that it started", async () => {
  const executor = newWarmExecutor();
  const pidFile = (await executor.sh(["mktemp"]))[0]?.stdout.trim() as string;
  const command = `sleep 600 & echo $! > ${pidFile}; sleep 600`;
  const pidOf = async () => Number((await executor.sh([`cat ${pidFile}; : > ${pidFile}`]))[0]?.stdout);
  try {
    await expect(executor.sh([command], { timeoutMs: 1500 })).rejects.toBeInstanceOf(CallTimeoutError);
    const late = await pidOf();
    expect(late).toBeGreaterThan(0);
    await until(() => !isAlive(late), LONG_MS);

    const job = executor.sh([command]);
    let cancelled = 0;
    await until(async () => {
      cancelled = await pidOf();
      return cancelled > 0;
    }, LONG_MS);
    expect(isAlive(cancelled)).toBe(true);
    job.cancel();
    await expect(job).rejects.toBeInstanceOf(CancelledError);
    await until(() => !isAlive(cancelled), LONG_MS);
  } finally {
    await executor.sh([["rm", pidFile]]);
  }
});
