import { once } from "../../../util/once.js";
import { isInternal } from "../../identity/builtins.js";
import { readProperty } from "../../own-property.js";

/** What every task of `console.createTask()` has for its `run`; React's elements hold such tasks in development. */
const runOfTasks = once(findRun);

/** Whether an object is a task of the console's, which tells the engine alone where it was made. */
export function isTask(value: object): boolean {
  const run = Object.getOwnPropertyDescriptor(value, "run")?.value;
  if (typeof run !== "function") return false;
  return run === runOfTasks();
}

function findRun(): unknown {
  const make: unknown = Object.getOwnPropertyDescriptor(console, "createTask")?.value;
  if (typeof make !== "function" || !isInternal(make)) return undefined;
  return readProperty(Reflect.apply(make, undefined, ["task"]) as object, "run");
}
