import { programsOwn } from "../identity/changed-builtins.js";
import { liveScripts, sourceOf } from "../inspect/scripts.js";
import { addedGlobals } from "./global-roots.js";
import { packageFolderOf } from "./package-folder.js";
import { scriptsOfProgram } from "./program-statements.js";

/** Which of some global variables the code of a package names. Symbols are known by their keys in the registry. */
export function globalsNamedIn<K extends PropertyKey>(folder: string, keys: readonly K[]): K[] {
  return globalsNamedInEach([folder], keys).get(folder) ?? [];
}

/** Keys of the global variables that the program made, as the text of its own modules tells. */
export function globalsOfProgram(): PropertyKey[] {
  const keys = [...addedGlobals(), ...Object.getOwnPropertySymbols(globalThis)];
  const own = keys.length === 0 ? [] : programsOwn(globalThis, keys);
  if (own.length === 0) return own;
  const texts = scriptsOfProgram().map(({ scriptId }) => sourceOf(scriptId));
  return own.flatMap((key) => patternOf(key) ?? []).flatMap((one) => (texts.some(isNamedBy(one)) ? [one.key] : []));
}

/** The same of several packages, of those that name any. */
export function globalsNamedInEach<K extends PropertyKey>(
  folders: readonly string[],
  keys: readonly K[],
): Map<string, K[]> {
  const patterns = keys.flatMap((key) => patternOf(key) ?? []);
  const texts = patterns.length > 0 ? textsOf(new Set(folders)) : new Map<string, string[]>();
  const found = [...texts].map(([folder, ofFolder]): [string, K[]] => {
    const named = patterns.filter((one) => ofFolder.some(isNamedBy(one)));
    return [folder, named.map(({ key }) => key)];
  });
  return new Map(found.filter(([, named]) => named.length > 0));
}

/** The texts of the scripts of some packages. */
function textsOf(folders: ReadonlySet<string>): Map<string, string[]> {
  const texts = new Map<string, string[]>();
  for (const { url, scriptId } of liveScripts()) {
    const folder = packageFolderOf(url);
    if (folder === undefined || !folders.has(folder)) continue;
    texts.set(folder, [...(texts.get(folder) ?? []), sourceOf(scriptId)]);
  }
  return texts;
}

interface Named<K> {
  key: K;
  name: string;
  pattern: RegExp;
}

function isNamedBy({ name, pattern }: Named<unknown>): (text: string) => boolean {
  return (text) => text.includes(name) && pattern.test(text);
}

function patternOf<K extends PropertyKey>(key: K): Named<K> | undefined {
  const name = typeof key === "symbol" ? Symbol.keyFor(key) : String(key);
  if (name === undefined) return undefined;
  return { key, name, pattern: typeof key === "symbol" ? quoted(name) : namePattern(name) };
}

/** A word of small letters, or a name of one or two letters, may stand for anything, but as a member of the global object. */
const MEANS_MUCH = /^([a-z]*|.{1,3})$/;

function namePattern(name: string): RegExp {
  const word = `(?<![\\w$])${escaped(name)}(?![\\w$])`;
  const ofGlobal = `\\b(?:globalThis|global|window|self)\\s*(?:\\?\\.\\s*|\\.\\s*|\\[\\s*["'])`;
  return new RegExp(MEANS_MUCH.test(name) ? ofGlobal + word : word);
}

function quoted(text: string): RegExp {
  return new RegExp(`["'\`]${escaped(text)}["'\`]`);
}

function escaped(text: string): string {
  return text.replace(/[^\w]/g, "\\$&");
}
