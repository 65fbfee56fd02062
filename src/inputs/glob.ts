/** From a glob to paths, by the package tinyglobby, which is loaded when the first one is asked for. */
import { readdir } from "node:fs";
import { stat } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import { InputError, OptionError } from "../errors.js";

export interface GlobOptions {
  /** Absolute. */
  cwd: string;
  dot: boolean;
  excluded: readonly string[];
}

/**
 * Paths of files, relative to `cwd` unless the glob is absolute, sorted. All at once: sorted they can only be when all are known,
 * and an order that differs from run to run would be one of results. Throws `OptionError` when there is none, `InputError` when
 * a folder cannot be read.
 *
 * @param where what was called, for messages
 */
export async function pathsOf(where: string, glob: string, { cwd, dot, excluded }: GlobOptions): Promise<string[]> {
  const { glob: find, escapePath } = await import("tinyglobby");
  const kind = await kindOf(resolve(cwd, glob));
  if (kind === "folder")
    throw new OptionError(
      "globs",
      `${where} takes files, but ${glob} is a folder. For all files in it write "${glob.replace(/\/$/, "")}/**".`,
    );
  const unread: NodeJS.ErrnoException[] = [];
  const paths = await find(kind === "file" ? escapePath(glob) : glob, {
    cwd,
    dot,
    ignore: [...excluded],
    absolute: isAbsolute(glob),
    expandDirectories: false,
    fs: { readdir: noting(unread) },
  });
  const [first] = unread;
  if (first) throw new InputError(glob, `${where} cannot read a folder: ${first.message}.`, { cause: first });
  if (paths.length > 0) return paths.sort();
  throw new OptionError(
    "globs",
    `${where} found no file for the glob ${JSON.stringify(glob)} in ${cwd}. Correct it, or the option cwd.`,
  );
}

/** A name may hold what is special in globs. */
async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch {
    return undefined;
  }
}

/** The library passes over folders that it cannot read. */
function noting(unread: NodeJS.ErrnoException[]): typeof readdir {
  const noted = (path: string, options: { withFileTypes: true }, done: (...results: unknown[]) => void) =>
    readdir(path, options, (error, entries) => {
      if (error && error.code !== "ENOENT") unread.push(error);
      done(error, entries);
    });
  return noted as typeof readdir;
}
