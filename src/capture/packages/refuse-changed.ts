import { CaptureError } from "../../errors.js";
import { originalPlace, readSourceMap } from "../../util/source-map.js";
import type { WalkContext } from "../graph/context.js";
import { pathText } from "../graph/path.js";
import { packageOfFile } from "../identity/packages.js";
import { sourceOf } from "../inspect/scripts.js";
import type { CapturedPackage } from "../payload/payload.js";
import { folderOfNode } from "./captured-node.js";
import { type ChangedPackage, changedPackages } from "./changed-packages.js";
import { dependenciesOf } from "./package-folder.js";
import type { Suspect } from "./program-statements.js";
import { NeedsByValue } from "./settle-travel.js";

/** Throws `NeedsByValue` when the program has changed a package of which a worker would load a copy as it comes. */
export function refuseChanged(walker: WalkContext, entries: readonly CapturedPackage[]): void {
  const changed = changedPackages(entries, walker.nodes[0]?.fn, (fn) => walker.session.look(fn));
  const [first] = changed;
  if (!first) return;
  const fields = { path: pathTo(walker, first.folder), ...refusalOf(first), ...walker.options.describe() };
  throw new NeedsByValue(
    changed.map(({ folder }) => folder),
    new CaptureError(fields),
  );
}

function refusalOf({ folder, suspect, difference, failed }: ChangedPackage): { reason: string; hint: string } {
  const name = packageOfFile(`${folder}/`) ?? folder;
  const { place, text } = placeOf(suspect);
  const found = difference
    ? `${difference.path} is ${difference.here} here, and ${difference.fresh} in a fresh copy`
    : `it cannot be compared with a fresh copy: ${failed}`;
  return {
    reason: `this program may have changed the package ${name}, by \`${text}\` (${place}), and a worker loads it as it comes: ${found}`,
    hint: "Do that inside the function, or in its setup option; or name the function by { module, name }.",
  };
}

const TEXT_LENGTH = 80;

/** Where the statement stands in what the user wrote, and its first line. */
function placeOf({ script, statement: { start, end } }: Suspect): { place: string; text: string } {
  const source = sourceOf(script.scriptId);
  const before = source.slice(0, start).split("\n");
  const line = before.length;
  const column = (before.at(-1) ?? "").length + 1;
  const map = readSourceMap(script);
  const original = map && originalPlace(map, line, column);
  const [text = ""] = source.slice(start, end).split("\n");
  const shown = text.length > TEXT_LENGTH ? `${text.slice(0, TEXT_LENGTH)}…` : text;
  return { place: original ? `${original.url}:${original.line}` : `${script.url}:${line}`, text: shown };
}

/** The user's own way to the package: the first value of it that was met, or of one that needs it. */
function pathTo(walker: WalkContext, folder: string): string {
  const packaged = walker.nodes.flatMap((node) => {
    const found = folderOfNode(walker, node);
    return found === undefined ? [] : [{ node, found }];
  });
  const own = packaged.find(({ found }) => found === folder);
  const user = own ?? packaged.find(({ found }) => dependenciesOf(found).includes(folder)) ?? packaged[0];
  return (user && pathText(user.node.step)) || "the function";
}
