import { RecentMap } from "../../util/recent-map.js";
import { sourceOf } from "../inspect/scripts.js";

/** Names behind the word `function`, in whatever comments or strings that stands. */
const NAMED_FUNCTION =
  /\bfunction(?:\s|\*(?!\/)|\/\*[\s\S]*?\*\/|\/\/.*)*([\p{ID_Start}$_\\](?:[\p{ID_Continue}$\\{}]|\u200c|\u200d)*)/gu;
const LISTS_KEPT = 48;
/** A script's text never changes. */
const namedFunctions = new RecentMap<string, Set<string>>(LISTS_KEPT);

/** Whether some function of a script may have that name: a quick answer, for which the script is not parsed. */
export function mayNameFunction(scriptId: string, name: string): boolean {
  const names = namedFunctions.getOrMake(scriptId, () => listNamedFunctions(scriptId));
  return names.has(name) || names.has(ESCAPED);
}

const ESCAPED = "\\";

function listNamedFunctions(scriptId: string): Set<string> {
  const names = new Set([...sourceOf(scriptId).matchAll(NAMED_FUNCTION)].map(([, name = ""]) => name));
  if ([...names].some((name) => name.includes(ESCAPED))) names.add(ESCAPED);
  return names;
}
