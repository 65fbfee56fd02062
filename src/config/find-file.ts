/** Finds the configuration file of a project. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { OptionError } from "../errors.js";

const NAMES = ["ts", "mts", "js", "mjs", "cjs", "json"].map((ending) => `nodewren.config.${ending}`);

/** What marks the top folder of a project. */
const PROJECT_MARKS = ["package.json", ".git"];

/**
 * Path of the file in `cwd` or the nearest of its parents up to the project's top folder, which is the first with a
 * package.json or .git. Outside of a project `cwd` alone is searched: a file runs as code, and a folder such as /tmp
 * may hold anyone's. Throws `OptionError` when one folder has two.
 */
export function findConfigFile(cwd: string): string | undefined {
  for (const folder of searched(resolve(cwd))) {
    const found = NAMES.filter((name) => existsSync(join(folder, name)));
    if (found.length > 1)
      throw new OptionError(
        "config",
        `${folder} has ${found.join(" and ")}. Keep one of them: only one would be read.`,
      );
    if (found[0]) return join(folder, found[0]);
  }
  return undefined;
}

function searched(cwd: string): string[] {
  const folders = [cwd];
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (folder !== cwd) folders.push(folder);
    if (PROJECT_MARKS.some((mark) => existsSync(join(folder, mark)))) return folders;
    if (dirname(folder) === folder) return [cwd];
  }
}
