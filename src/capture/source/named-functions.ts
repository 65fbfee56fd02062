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
  if (!namedFunctions.get(scriptId) && !mayStandBehind(sourceOf(scriptId), name)) return false;
  const names = namedFunctions.getOrMake(scriptId, () => listNamedFunctions(scriptId));
  return names.has(name) || names.has(ESCAPED);
}

/** Whether the name, an escape or a comment stands between some `function` and its parameters. To list all names takes longer. */
function mayStandBehind(source: string, name: string): boolean {
  for (let at = source.indexOf(WORD); at >= 0; at = source.indexOf(WORD, at + WORD.length)) {
    const head = source.slice(at + WORD.length, source.indexOf("(", at));
    if (head.includes(name) || /[\\/]/.test(head)) return true;
  }
  return false;
}

const WORD = "function";

const ESCAPED = "\\";

function listNamedFunctions(scriptId: string): Set<string> {
  const names = new Set([...sourceOf(scriptId).matchAll(NAMED_FUNCTION)].map(([, name = ""]) => name));
  if ([...names].some((name) => name.includes(ESCAPED))) names.add(ESCAPED);
  return names;
}
