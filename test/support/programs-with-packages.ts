/** Programs that use packages in functions, each a process of its own with a real worker. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "vitest";
import { root, runNode } from "./run-script.js";
import { statefulProject } from "./stateful-packages.js";

const NODEWREN = JSON.stringify(pathToFileURL(join(root, "dist/src/index.js")).href);

/** Runs each folder's program, one after the other, and tells what a call of its function gives; refusals with their fields. */
const RUN_ALL = `
import { pathToFileURL } from "node:url";
import { Executor, explain } from ${NODEWREN};
const executor = new Executor({ workers: 1, progress: false });
globalThis.report = async (fn, options) => {
  try {
    const { packages } = explain(fn, options);
    const there = await executor.call(fn, 3, options);
    globalThis.told = { there, here: await fn(3), packages };
  } catch ({ name, message, path, reason, hint }) {
    globalThis.told = { name, message, path, reason, hint };
  }
};
for (const file of process.argv.slice(2)) {
  await import(pathToFileURL(file).href);
  console.log(JSON.stringify(globalThis.told));
}
await executor.close();`;

/** Each program takes a process that loads a fresh copy. */
export const MANY_PROGRAMS_MS = 120_000;

export interface Outcome {
  there?: unknown;
  here?: unknown;
  /** By reference. */
  packages?: string[];
  name?: string;
  message?: string;
  path?: string;
  reason?: string;
  hint?: string;
}

export interface Program {
  code: string;
  files?: Record<string, string>;
}

/** Each program in a folder of its own, with packages of its own: one process is enough for all. */
export async function outcomesOf(programs: readonly Program[]): Promise<Outcome[]> {
  const folders = programs.map(({ code, files }) => statefulProject({ "main.mjs": code, ...files }));
  const runner = statefulProject({ "run-all.mjs": RUN_ALL });
  const { stdout, stderr } = await runNode([
    join(runner, "run-all.mjs"),
    ...folders.map((one) => join(one, "main.mjs")),
  ]);
  const lines = stdout.trim().split("\n");
  if (lines.length !== programs.length) throw new Error(stderr);
  return lines.map((line) => JSON.parse(line));
}

export async function outcomeOf(code: string, files: Record<string, string> = {}): Promise<Outcome> {
  const [outcome] = await outcomesOf([{ code, files }]);
  return outcome as Outcome;
}

/** Programs by what they show; each runs there as it does here, with the packages named that the worker loads by itself. */
export async function expectEqual(cases: Record<string, Program & { byReference?: string | string[] }>): Promise<void> {
  const outcomes = await outcomesOf(Object.values(cases));
  const names = Object.keys(cases);
  const told = names.map((name, at) => [name, outcomes[at]]);
  const wanted = names.map((name, at) => {
    const { here } = outcomes[at] as Outcome;
    return [name, { there: here, here, packages: [cases[name]?.byReference ?? []].flat() }];
  });
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(wanted));
}
