import type { Location } from "../inspect/look.js";
import { sourceOf } from "../inspect/scripts.js";
import { blocksPause } from "./entry.js";
import type { SyntaxNode } from "./estree.js";
import { pathToOffset } from "./script.js";

/**
 * Whether a place in a script stands in the value of a `switch` at which the engine cannot pause; see `blocksPause`. A
 * script that cannot be read counts as such a place.
 */
export function inSwitchTag(place: Location): boolean {
  if (!/\bswitch\b/.test(sourceOf(place.scriptId))) return false;
  const path = pathToOffset(place);
  if (path === undefined) return true;
  return path.some((node, at) => blocksPause(node) && path[at + 1] === node.discriminant && isLast(path, at));
}

/** Inside a function that the value holds, the places are of that function. */
function isLast(path: readonly SyntaxNode[], at: number): boolean {
  return !path.slice(at).some((node) => /Function/.test(node.type));
}
