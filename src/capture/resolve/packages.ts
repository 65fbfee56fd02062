import type { WalkContext } from "../graph/context.js";
import { refuseAssignedImports } from "../packages/assigned-imports.js";
import { packagesOf } from "../packages/packages-of.js";
import { refuseChanged } from "../packages/refuse-changed.js";
import { refuseLoaded } from "../packages/refuse-loaded.js";
import { refuseMissing } from "../packages/refuse-missing.js";
import { refuseSharedGlobals } from "../packages/refuse-shared-globals.js";
import { refuseSplit } from "../packages/split-state.js";
import { refuseKept } from "./identity-kept-by-package.js";

/** Whether what travels by reference is the same on a worker, and shares nothing with what travels by value. */
export function settlePackages(walker: WalkContext): void {
  refuseMissing(walker);
  refuseSplit(walker);
  refuseAssignedImports(walker);
  refuseKept(walker);
  const packages = packagesOf(walker);
  refuseChanged(walker, packages);
  refuseSharedGlobals(walker, packages);
  refuseLoaded(walker, packages);
}
