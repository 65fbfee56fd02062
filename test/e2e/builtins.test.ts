/** @module-tag long */
import { join } from "node:path";
import { expect, it } from "vitest";
import { newFolder } from "../support/folders.js";
import { root, runNode } from "../support/run-script.js";

/** What is refused, and rightly: instances with state inside this process, and the environment. */
const REFUSED = [
  /^process (default\.)?(env|stdin|stdout|stderr)(\.|$)/,
  /^test\/reporters lcov$/,
  // The REPL loads `domain`, which replaces these.
  /^events init/,
  /^process (setUncaughtExceptionCaptureCallback|chdir)/,
  // Collections of classes that Node keeps to itself.
  /^(console default\._times|process (default\.)?allowedNodeEnvironmentFlags)$/,
];
/** Data of this process that is copied, and namespaces that cannot be told from another with the same exports. */
const OTHER = [
  /^worker_threads /,
  /^repl /,
  /^(sys|path\/posix|path\/win32) \*$/,
  /^process (default\.)?(execArgv|moduleLoadList|_preload_modules|config\.\w+)$/,
  /^https? globalAgent\.\w+$/,
];

const isAmong = (list: RegExp[], path: string): boolean => list.some((one) => one.test(path));

it("each export of each built-in module is the same object on a worker, or refused", async () => {
  const file = join(newFolder(), "captured.json");
  const script = join(root, "test/fixtures/builtins.mjs");
  const sources = new URL("../../dist/src/", import.meta.url).href;
  const first = await runNode(["--no-warnings", script, "capture", file, sources]);
  expect(first).toMatchObject({ code: 0, stderr: "" });
  const second = await runNode(["--no-warnings", script, "check", file, sources]);
  expect(second).toMatchObject({ code: 0, stderr: "" });
  const outcomes: [path: string, outcome: string][] = JSON.parse(second.stdout);
  expect(outcomes.length).toBeGreaterThan(1500);
  const faults = outcomes.filter(([path, outcome]) => {
    if (outcome === "same") return false;
    return !isAmong(outcome === "other" ? OTHER : REFUSED, path);
  });
  expect(faults).toEqual([]);
  const outcomeOf = (name: string) => outcomes.find(([path]) => path === `process ${name}`)?.[1];
  expect(outcomeOf("stdin")).toMatch(/^value: it is/);
  // What is written there is the call's output.
  for (const name of ["stdout", "stderr"]) expect(outcomeOf(name)).toBe("same");
});
