import { OWN_URL } from "../../util/own-file.js";
import { importerOf, installedFolder, packageOfFile } from "../identity/packages.js";
import { liveScripts, type Script, sourceOf } from "../inspect/scripts.js";
import { parseScript } from "../source/parse.js";
import { packageFolderOf } from "./package-folder.js";
import { type Statement, statementsIn } from "./statements.js";

/** A statement of the program that may change what a package keeps. */
export interface Suspect {
  script: Script;
  statement: Statement;
  /** Folders of the packages that it names; none where the text does not tell. */
  folders: string[];
}

/** What was found in a script, whose text never changes. */
const known = new Map<string, readonly Suspect[]>();
/** Programs that make scripts at run time must not grow this without bound. */
const SCRIPTS_KEPT = 10_000;
/** A longer one is no text that a person wrote, and takes long to parse. */
const LONGEST_SCRIPT = 2_000_000;
/** What the text of a module must have for it to name a package at all, or to change one that it is handed. */
const MAY_CHANGE =
  /\b(import|require\w*)\b|\.(set|use|extend|register|add|config|install|enable|disable|init|setup|mixin|locale|plugin|patch|override|update|define)/;
/** nodewren's own code is none of the program's, wherever it lies. */
const OWN = OWN_URL.replace(/\/src\/.*$/, "/src/");

/** Those in all modules of the program that are loaded, as they stand in its scripts. */
export function suspects(): Suspect[] {
  return scriptsOfProgram().flatMap(suspectsIn);
}

/** The scripts of the program's own modules. */
export function scriptsOfProgram(): Script[] {
  return liveScripts().filter(isOfProgram);
}

function isOfProgram({ url }: Script): boolean {
  if (!(url.startsWith("file:") || url.startsWith("/") || /^[A-Za-z]:\\/.test(url))) return false;
  return packageOfFile(url) === undefined && !url.startsWith(OWN);
}

function suspectsIn(script: Script): readonly Suspect[] {
  const found = known.get(script.scriptId) ?? read(script);
  if (known.size >= SCRIPTS_KEPT) known.clear();
  known.set(script.scriptId, found);
  return found;
}

function read(script: Script): Suspect[] {
  const text = sourceOf(script.scriptId);
  if (text.length > LONGEST_SCRIPT || !MAY_CHANGE.test(text)) return [];
  const tree = parseScript(text, script.isModule);
  if (!tree) return [];
  return statementsIn(tree).flatMap((statement) => {
    const folders = statement.specifiers.flatMap((specifier) => folderOf(specifier, script.url) ?? []);
    const isEmpty = folders.length === 0 && statement.specifiers.length > 0;
    return isEmpty ? [] : [{ script, statement, folders }];
  });
}

function folderOf(specifier: string, url: string): string | undefined {
  return specifier.startsWith("file:") ? packageFolderOf(specifier) : installedFolder(specifier, importerOf(url));
}
