import { isInternal } from "../identity/builtins.js";
import type { Loose } from "../types.js";

/** What every task of `console.createTask()` has for its `run`; React's elements hold such tasks in development. */
let runOfTasks: { run: unknown } | undefined;

/** Whether an object is a task of the console's, which tells the engine alone where it was made. */
export function isTask(value: object): boolean {
  const run = Object.getOwnPropertyDescriptor(value, "run")?.value;
  if (typeof run !== "function") return false;
  runOfTasks ??= { run: findRun() };
  return run === runOfTasks.run;
}

function findRun(): unknown {
  const make = Object.getOwnPropertyDescriptor(console, "createTask")?.value as Loose;
  return typeof make === "function" && isInternal(make) ? make("task").run : undefined;
}
