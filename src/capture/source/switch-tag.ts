import { RecentMap } from "../../util/recent-map.js";
import type { Location } from "../inspect/look.js";
import { sourceOf } from "../inspect/scripts.js";
import { blocksPause } from "./entry.js";
import type { SyntaxNode } from "./estree.js";
import { endOfExpression } from "./parse.js";
import { offsetOf, pathToOffset } from "./script.js";

/**
 * Whether a place in a script stands in the value of a `switch` at which the engine cannot pause; see `blocksPause`. A
 * script that cannot be read counts as such a place.
 */
export function inSwitchTag(place: Location): boolean {
  const offset = offsetOf(place);
  const values = switchValues.getOrMake(place.scriptId, () => findSwitchValues(sourceOf(place.scriptId)));
  const mayBeIn = values.some(({ start, end }) => offset === undefined || (start <= offset && offset < end));
  if (!mayBeIn) return false;
  const path = pathToOffset(place);
  if (path === undefined) return true;
  return path.some((node, at) => blocksPause(node) && path[at + 1] === node.discriminant && isLast(path, at));
}

/** Inside a function that the value holds, the places are of that function. */
function isLast(path: readonly SyntaxNode[], at: number): boolean {
  return !path.slice(at).some((node) => /Function/.test(node.type));
}

const SCRIPTS_KEPT = 48;
/** To parse all of a script takes long, and most places are far from any `switch`. */
const switchValues = new RecentMap<string, { start: number; end: number }[]>(SCRIPTS_KEPT);

const SWITCH = /\bswitch(?:\s|\/\*[\s\S]*?\*\/|\/\/.*)*\(/g;

/** What may be the value of a `switch`: comments and strings may hold the word, too. */
function findSwitchValues(source: string): { start: number; end: number }[] {
  return [...source.matchAll(SWITCH)].flatMap(({ index, 0: { length } }) => {
    const start = index + length - 1;
    // Without what is before, whose lines would be counted.
    const end = endOfExpression(source.slice(start)) ?? (mayYield(source, start) ? source.length - start : undefined);
    return end === undefined ? [] : [{ start, end: start + end }];
  });
}

const NEARBY = 2_000;

/** An expression with `yield` is read only as a part of its generator. */
function mayYield(source: string, start: number): boolean {
  return /\byield\b/.test(source.slice(start, start + NEARBY));
}
