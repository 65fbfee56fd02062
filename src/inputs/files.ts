/** Files of this machine as inputs. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { InputError, OptionError } from "../errors.js";
import { asCalled } from "../util/called.js";
import { pathsOf } from "./glob.js";
import { OpenBuckets } from "./object-content.js";
import { checkFilesOptions, type FilesOptions } from "./options.js";
import { ItemSource, itemsOf, type Listed } from "./source.js";

/**
 * The files that globs match, as inputs of `map()`: in the order of the globs, those of one glob in the order of their paths,
 * each file once. A glob that begins with `!` excludes what it matches. In globs `*` stands for any name or part of one, `**`
 * for any folders, and segments are joined by `/`.
 *
 * Workers of this machine read the files themselves; for others see `executor.upload()`.
 *
 * @throws OptionError
 */
export function files(globs: string | readonly string[], options: FilesOptions = {}): ItemSource {
  const { wanted, excluded } = asCalled(files, () => {
    checkFilesOptions("files()", options);
    return checkGlobs("files()", globs);
  });
  // What is relative is so to where the program is now.
  const settled = { ...options, cwd: resolve(options.cwd ?? ".") };
  const access = { buckets: new OpenBuckets(), store: undefined };
  return new ItemSource("machine", () => itemsOf(listFiles("files()", wanted, excluded, settled), settled, access));
}

/** Throws `OptionError` unless there is something to look for. */
export function checkGlobs(where: string, globs: string | readonly string[]): { wanted: string[]; excluded: string[] } {
  const all: readonly unknown[] = Array.isArray(globs) ? globs : [globs];
  if (!all.every((glob) => typeof glob === "string" && glob.trim() !== ""))
    throw new OptionError(
      "globs",
      `${where} takes a glob, such as "logs/*.csv", or a list of globs, none of them empty.`,
    );
  const excluded = (all as string[]).filter((glob) => glob.startsWith("!")).map((glob) => glob.slice(1));
  const wanted = (all as string[]).filter((glob) => !glob.startsWith("!"));
  if (wanted.length > 0) return { wanted, excluded };
  throw new OptionError("globs", `${where} was given no glob of files that it should take.`);
}

/** Throws `OptionError` for a glob that matches no file. */
export async function* listFiles(
  where: string,
  wanted: readonly string[],
  excluded: readonly string[],
  { cwd = ".", dot = false }: FilesOptions,
): AsyncGenerator<Listed> {
  const seen = new Set<string>();
  for (const glob of wanted) {
    const paths = await pathsOf(where, glob, { cwd, dot, excluded });
    for (const key of paths) {
      const path = resolve(cwd, key);
      if (seen.has(path)) continue;
      seen.add(path);
      yield await listed(key, path);
    }
  }
}

async function listed(key: string, path: string): Promise<Listed> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { key, size, origin: { kind: "file", path, mtimeMs } };
  } catch (cause) {
    throw new InputError(key, `The file ${path} was removed while files were listed.`, { cause });
  }
}
