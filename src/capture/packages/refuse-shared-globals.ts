import { CaptureError } from "../../errors.js";
import type { WalkContext } from "../graph/context.js";
import { pathText, type Step, stepTo } from "../graph/path.js";
import { packageOfFile } from "../identity/packages.js";
import type { CapturedPackage } from "../payload/payload.js";
import { foldersLoadedBy } from "./loaded-folders.js";
import { globalsNamedInEach, globalsOfProgram } from "./names-global.js";
import { NeedsByValue } from "./settle-travel.js";

/**
 * A package that a worker loads reads its global variables when it is loaded or called. One that names what this program put
 * on the global object has to travel, so that it finds there what it finds here, and what it found when it was loaded. Not
 * for a setup, which is there to change the worker's own.
 */
export function refuseSharedGlobals(walker: WalkContext, entries: readonly CapturedPackage[]): void {
  if (walker.options.setupBefore || entries.length === 0) return;
  const keys = [...new Set([...walker.globals.keys(), ...globalsOfProgram()])];
  if (keys.length === 0) return;
  const found = globalsNamedInEach(foldersLoadedBy(entries), keys);
  const [first] = found;
  if (first) throw new NeedsByValue([...found.keys()], refusalOf(walker, first));
}

function refusalOf(walker: WalkContext, [folder, [key]]: [string, PropertyKey[]]): CaptureError {
  const name = packageOfFile(`${folder}/`) ?? folder;
  const ofGlobal: Step = { from: undefined, text: "globalThis" };
  return new CaptureError({
    path: pathText(walker.globals.get(key as PropertyKey)?.step ?? stepTo(ofGlobal, key as PropertyKey)),
    reason: `this program put it on the global object, and the package ${name} names it, which a worker loads without it`,
    hint: "Name the function by { module, name }, in a module that sets it; or set it in the setup option alone, if the package reads it only when it is called.",
    ...walker.options.describe(),
  });
}
