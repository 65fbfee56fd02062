import { ownRequire } from "../../../util/own-file.js";
import type { WalkContext } from "../../graph/context.js";
import type { HostNode } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import { ownProperty } from "../../own-property.js";
import { packageFolderOf } from "../../packages/package-folder.js";
import type { LoadedFiles } from "../../payload/entry.js";

const { cache } = ownRequire;

/** One map for all `require` functions of a capture. */
const found = new WeakMap<WalkContext, Omit<LoadedFiles<HostNode>, "importer">>();

/** What is loaded of the packages that travel by value, so that whatever their code loads on a worker finds these modules. */
export function modulesByValue(walker: WalkContext, importer: string, step: Step): LoadedFiles<HostNode> {
  const known = found.get(walker) ?? listed(walker, step);
  found.set(walker, known);
  return { importer, ...known };
}

function listed(walker: WalkContext, step: Step): Omit<LoadedFiles<HostNode>, "importer"> {
  const { travel } = walker.options;
  const files = Object.keys(cache).filter((file) => cache[file]?.loaded && travel.isByValue(file));
  const folders = new Set(files.flatMap((file) => packageFolderOf(file) ?? []));
  const entries = files.flatMap((file) => {
    const own = ownProperty(cache[file] as object, "exports");
    if (!own || !("value" in own)) return [];
    return [file, walker.encode(own.value as unknown, { from: step, text: `(${JSON.stringify(file)})` })];
  });
  return { exports: walker.addNode({}, step, { kind: "map", entries }), folders: [...folders] };
}
