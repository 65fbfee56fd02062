import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { workerEnv } from "../../../../src/backends/local/worker-env.js";

it("passes the host's variables on, less the coverage folder", () => {
  expect(workerEnv({ A: "1", PATH: "/bin", NODE_V8_COVERAGE: "/tmp/c" })).toEqual({ A: "1", PATH: "/bin" });
});

it("does not change what it is given", () => {
  const env = Object.freeze({ NODE_OPTIONS: "--inspect", A: "1" });
  expect(workerEnv(env)).toEqual({ A: "1" });
});

it.each([
  ["--inspect", ""],
  ["--inspect --no-warnings", "--no-warnings"],
  ["--inspect=127.0.0.1:9229 --no-warnings", "--no-warnings"],
  ["--inspect-brk=0 --inspect-publish-uid=http", ""],
  ["-r ./hook.js --no-warnings", "--no-warnings"],
  ["--require ./hook.js", ""],
  ["--require=./hook.js --import=tsx --no-warnings", "--no-warnings"],
  ["--import tsx --max-old-space-size=100", "--max-old-space-size=100"],
  ["--loader ts-node/esm --experimental-loader x", ""],
  ["  --no-warnings   --trace-exit ", "--no-warnings --trace-exit"],
  ['--require "/my folder/hook.js" --no-warnings', "--no-warnings"],
  ['--require="/my folder/hook.js" --no-warnings', "--no-warnings"],
  ["", ""],
])("of NODE_OPTIONS %j keeps %j", (options, kept) => {
  expect(workerEnv({ NODE_OPTIONS: options }).NODE_OPTIONS ?? "").toBe(kept);
});

it.each(['--title="my worker"', '--title="a\\"b" --no-warnings', "--stack-trace-limit=50"])(
  "leaves %j as Node reads it",
  (options) => {
    const script = ["-p", "JSON.stringify([process.title, Error.stackTraceLimit])"];
    const run = (NODE_OPTIONS: string | undefined) =>
      spawnSync(process.execPath, script, { encoding: "utf8", env: { ...process.env, NODE_OPTIONS } }).stdout;
    expect(run(workerEnv({ NODE_OPTIONS: options }).NODE_OPTIONS)).toBe(run(options));
  },
);
