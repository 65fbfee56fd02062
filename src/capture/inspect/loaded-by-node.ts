import process from "node:process";
import { once } from "../../util/once.js";
import { isInspectorBlocked, mainGlobal } from "./connection.js";

type Loaded = { moduleLoadList?: readonly string[] } | undefined;

/** What Node has loaded of its own so far, as `NativeModule fs`: a list that its types leave out. */
export function loadedByNode(): readonly string[] {
  const lists = [process as Loaded, mainProcess()].map((one) => one?.moduleLoadList ?? []);
  return lists.reduce((longest, one) => (one.length > longest.length ? one : longest));
}

/**
 * In contexts such as Jest's, `process` is a copy that was made before some modules were loaded; the global one may be
 * anything that the program has put there.
 */
const mainProcess = once((): Loaded => {
  return isInspectorBlocked() ? undefined : (mainGlobal() as { process?: Loaded }).process;
});
