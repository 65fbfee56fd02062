import process from "node:process";
import { isStandardGlobal } from "../identity/globals.js";
import { isOfTestRunner } from "../identity/test-runners.js";
import { ownProperty } from "../own-property.js";

const MISSING = "not there";

/** The global variables of these names, as roots of a state graph; what is not there is told, too. */
export function globalRoots(names: readonly string[]): [label: string, value: unknown][] {
  return names.map((name) => {
    const own = ownProperty(globalThis, name);
    return [`globalThis.${name}`, own ? own.value : MISSING];
  });
}

/** Names of global variables that the program or its packages made. */
export function addedGlobals(): string[] {
  return Object.getOwnPropertyNames(globalThis).filter((name) => !isStandardGlobal(name) && !isOfSession(name));
}

/** Parameters of every CommonJS module, which are global variables in the REPL and under `node -e`. */
const OF_MODULES = new Set(["module", "exports", "require", "__filename", "__dirname"]);

/** Whether the REPL, `node -e` or a test runner made it: built-in modules are global variables in the first two. */
function isOfSession(name: string): boolean {
  if (OF_MODULES.has(name)) return true;
  const own = ownProperty(globalThis, name);
  if (isOfTestRunner(own?.value)) return true;
  const builtin = own && process.getBuiltinModule(name);
  return builtin !== undefined && (own?.get !== undefined || own?.value === builtin);
}
