/**
 * Workers that a command starts, here on this machine, where `env` and `sh` stand for the commands that reach others.
 *
 * @module-tag long
 */
import { mkdirSync, readdirSync, symlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import ms from "ms";
import { CommandBackend, type CommandBackendOptions, Executor, S3Store } from "nodewren";
import { expect, it, onTestFinished, vi } from "vitest";
import { newFolder } from "../support/folders.js";
import { startS3Double } from "../support/s3-double/double.js";

/** Each host has a cache of its own; their folder. */
function caches(): string {
  const folder = newFolder();
  for (const host of ["a", "b"]) mkdirSync(join(folder, host));
  return folder;
}

function executorOn(options: Partial<CommandBackendOptions>, store = newFolder()): Executor {
  const command = ["env", `XDG_CACHE_HOME=${caches()}/{host}`];
  const backend = new CommandBackend({ command, hosts: ["a"], workers: 1, ...options });
  const executor = new Executor({ backend, store, progress: false });
  onTestFinished(() => executor.close());
  return executor;
}

it("runs jobs, whatever their calls print, and however they end; the program is brought to each host once", async () => {
  const cache = caches();
  const executor = executorOn({ command: ["env", `XDG_CACHE_HOME=${cache}/{host}`], hosts: ["a", "b"] });
  const call = (x: number) => {
    console.log("printed");
    writeSync(1, Buffer.from([0x6e, 0x77, 0x72, 0x66, 255, 255, 255, 255]));
    if (x === 3) process.exit(4);
    return x * x;
  };
  const job = executor.map(call, [0, 1, 2, 3, 4, 5], { callsPerShard: 1, speculate: false });
  const settled = await job.settled();
  expect(settled.map((one) => (one.status === "fulfilled" ? one.value : one.reason.code))).toEqual([
    0,
    1,
    4,
    "WORKER_LOST",
    16,
    25,
  ]);
  expect(await executor.map((x: number) => -x, [1, 2])).toEqual([-1, -2]);
  for (const host of ["a", "b"]) expect(readdirSync(join(cache, host, "nodewren-workers"))).toHaveLength(1);
  expect(JSON.stringify(await job.report())).toMatch(/"[ab], process \d+"/);
}, 30_000);

it("hears a host whose shell prints at each start, and quotes for it", async () => {
  const shell = ["sh", "-c", `echo welcome; echo; echo "nodewren-agent is not what this says"; eval "$0"`];
  const executor = executorOn({ command: shell, shell: true });
  expect(
    await executor.map((x: string) => x + process.env["GREETING"], ["a"], { env: { GREETING: `it's "$HOME"` } }),
  ).toEqual([`ait's "$HOME"`]);
});

it("finds the store where the option folders says that it lies there", async () => {
  const [here, elsewhere] = [newFolder(), newFolder()];
  symlinkSync(here, join(elsewhere, "mounted"));
  const executor = executorOn({ folders: { [here]: join(elsewhere, "mounted") } }, join(here, "runs"));
  expect(await executor.map((x: number) => x + 1, [1])).toEqual([2]);
});

it("stores in a bucket, for which the host has credentials of its own, and brings packages along", async () => {
  const double = await startS3Double();
  onTestFinished(() => double.close());
  const { endpoint, credentials } = double;
  const own = { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey };
  const variables = Object.entries({ ...own, XDG_CACHE_HOME: `${caches()}/a` }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const backend = new CommandBackend({ command: ["env", ...variables], workers: 1 });
  const store = new S3Store({
    bucket: double.createBucket(),
    endpoint,
    region: "eu-west-1",
    forcePathStyle: true,
    credentials,
  });
  const executor = new Executor({ backend, store, progress: false });
  onTestFinished(() => executor.close());
  expect(await executor.map((x: number) => ms(x), [1000, 60_000])).toEqual(["1s", "1m"]);
});

const refusals: [string, Partial<CommandBackendOptions>, RegExp][] = [
  [
    "an old Node",
    {
      command: [
        "sh",
        "-c",
        `echo; echo 'nodewren-agent {"node":"v18.1.0","platform":"linux","arch":"x64","has":false}'; sleep 9`,
      ],
    },
    /on a: its Node is v18\.1\.0 \(linux-x64\), which is too old\. Install 20\.19 or later there, or .* the option node\.$/,
  ],
  ["no Node", { node: "no-such-node" }, /on a: env ended with exit code 127: .*Install Node 20\.19 or later there/],
  ["no such program", { command: ["no-such-program"] }, /on a: no-such-program could not be started: .*ENOENT/],
  [
    "nothing that answers",
    { command: ["sleep", "9"], node: "9", startTimeoutMs: 300 },
    /on a: sleep ended|did not answer within 0\.3 s/,
  ],
  [
    "a folder that is not shared",
    { folders: { "/": "/no/such/folder" } },
    /on a: it does not see the store's folder \/no\/such\/folder.* the option folders/,
  ],
  [
    "several hosts",
    { hosts: ["a", "b"], command: ["sh", "-c", "echo {host} is down >&2; exit 9"] },
    /No host can run workers\.\n {2}a: sh ended with exit code 9: a is down\.\n {2}b: sh ended .*: b is down\.$/,
  ],
];
it.each(refusals)("tells of %s, by the host's name and with what to do", async (_, options, message) => {
  const executor = executorOn(options);
  const job = executor.map((x: number) => x, [1]);
  await expect(job).rejects.toMatchObject({ code: "INVOKE", message: expect.stringMatching(message) });
});

it("leaves a host out that fails while another goes on, and says so once", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  onTestFinished(() => warn.mockRestore());
  const line = `test {host} = a || { echo it is down >&2; exit 1; }; XDG_CACHE_HOME=${caches()}/a exec "$@"`;
  const executor = executorOn({ command: ["sh", "-c", line, "sh"], hosts: ["b", "a"] });
  expect(await executor.map((x: number) => x * 2, [1, 2, 3])).toEqual([2, 4, 6]);
  const told = warn.mock.calls.map(([text]) => String(text)).filter((text) => text.includes("host"));
  expect(told).toEqual(["Jobs go on without the host b: sh ended with exit code 1: it is down."]);
});

it("needs a store that outlives the executor, and says which would do", () => {
  const backend = new CommandBackend({ command: ["env"] });
  expect(() => new Executor({ backend })).toThrow(/need a store that they can reach.*a folder that all hosts share/);
});
