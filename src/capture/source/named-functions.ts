import { sourceOf } from "../inspect/scripts.js";

/** Names behind the word `function`, in whatever comments or strings that stands. */
const NAMED_FUNCTION =
  /\bfunction(?:\s|\*(?!\/)|\/\*[\s\S]*?\*\/|\/\/.*)*([\p{ID_Start}$_\\](?:[\p{ID_Continue}$\\{}]|\u200c|\u200d)*)/gu;
const namedFunctions = new Map<string, Set<string>>();

/** Whether some function of a script may have that name: a quick answer, for which the script is not parsed. */
export function mayNameFunction(scriptId: string, name: string): boolean {
  const names = namedFunctions.get(scriptId) ?? listNamedFunctions(scriptId);
  return names.has(name) || names.has(ESCAPED);
}

const ESCAPED = "\\";
const LISTS_KEPT = 48;

function listNamedFunctions(scriptId: string): Set<string> {
  const names = new Set([...sourceOf(scriptId).matchAll(NAMED_FUNCTION)].map(([, name = ""]) => name));
  if ([...names].some((name) => name.includes(ESCAPED))) names.add(ESCAPED);
  if (namedFunctions.size >= LISTS_KEPT) namedFunctions.delete(namedFunctions.keys().next().value as string);
  namedFunctions.set(scriptId, names);
  return names;
}
