import { types } from "node:util";
import { CaptureError } from "../../errors.js";
import type { WalkContext } from "../graph/context.js";
import type { HostNode } from "../graph/node.js";
import { pathText } from "../graph/path.js";
import { packageOfFile } from "../identity/packages.js";
import { lookAtFunction } from "../inspect/look.js";
import { isObject } from "../is-object.js";
import { runsLater } from "../source/runs-later.js";
import { nodePath } from "../source/script.js";
import type { Callable } from "../types.js";
import { methodOf } from "../walk/packages/package-export.js";
import { folderOfNode, packagePathOfNode } from "./captured-node.js";
import { freshCopy } from "./fresh-copy.js";
import { NeedsByValue } from "./settle-travel.js";

/**
 * What a package made when the program asked for it may be found among its exports, as in a registry: a worker that loads
 * the package has no such object there.
 */
export function refuseMissing(walker: WalkContext): void {
  const doubtful = walker.nodes.filter(mayBeMissing);
  for (const folder of new Set(doubtful.flatMap((node) => folderOfNode(walker, node) ?? []))) {
    const nodes = doubtful.filter((node) => folderOfNode(walker, node) === folder);
    const missing = missingAmong(walker, folder, nodes);
    if (!missing) continue;
    const name = packageOfFile(`${folder}/`) ?? folder;
    const refusal = {
      path: pathText(missing.step) || "the function",
      reason: `the package ${name} made it for this program and keeps it at ${missing.place}, where a worker's copy has nothing`,
      hint: "Make it inside the function, or in its setup option.",
    };
    throw new NeedsByValue([folder], new CaptureError({ ...refusal, ...walker.options.describe() }));
  }
}

interface Missing extends Pick<HostNode, "step"> {
  place: string;
}

function missingAmong(walker: WalkContext, folder: string, nodes: readonly HostNode[]): Missing | undefined {
  const shapes = nodes.flatMap((node) => packagePathOfNode(walker, node) ?? []);
  const entries = shapes.map(({ specifier, importer, via }) => ({ specifier, importer, via }));
  const fresh = freshCopy({ entries, folder, globals: [], shapes });
  if ("failed" in fresh) return undefined;
  const at = nodes.findIndex(
    ({ value }, index) => fresh.shapes[index]?.length === 0 && Object.getOwnPropertyNames(value).length > 0,
  );
  const found = nodes[at];
  return found && { step: found.step, place: shapes[at]?.path.join("") ?? "" };
}

/** Whether an object is found below what the package exports, and was made by code that runs after the package was loaded. */
function mayBeMissing({ entry, value }: HostNode): boolean {
  if (entry.kind !== "package" || !isObject(value) || types.isProxy(value) || !isDeep(entry.path)) return false;
  const code = typeof value === "function" ? (value as Callable) : methodOf(value);
  return code !== undefined && isMadeLater(code);
}

function isDeep(path: readonly string[]): boolean {
  const steps = path[0] === ".default" ? path.slice(1) : path;
  return steps.filter((step) => step !== ".prototype").length > 1;
}

function isMadeLater(code: Callable): boolean {
  const { location } = lookAtFunction(code);
  const path = location ? nodePath(location) : [];
  return path.slice(0, -1).some((node, index) => runsLater(node, path.slice(0, index)));
}
