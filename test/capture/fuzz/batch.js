/** The programs of a batch as cases: each file's code makes a closure, in a module or in a script of its own. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";

/** Calls of each closure, so that the state that one leaves is seen by the next. */
const CALLS = 3;
/** A promise that is never settled is told by this alone. */
const LIMIT_MS = 2_000;

export function casesOf(index) {
  const programs = JSON.parse(readFileSync(index, "utf8"));
  return programs.map(({ id, file, form, hasPackage }) => ({
    id,
    group: "fuzz",
    ideal: "works",
    args: [5],
    calls: CALLS,
    // A package by reference is one for all that runs in a worker: the second would see what the first did to it.
    instances: hasPackage ? 1 : 2,
    limitMs: LIMIT_MS,
    make: async () => (await makerOf(file, form))(),
  }));
}

async function makerOf(file, form) {
  if (form === "module") return (await import(pathToFileURL(file))).make;
  return compileFunction(readFileSync(file, "utf8"), ["require"], { filename: file })(createRequire(file));
}
