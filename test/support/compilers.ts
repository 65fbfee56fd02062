/** Releases of TypeScript, and ways to look for modules, for which the packed declarations must do. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "./run-script.js";

interface Compilation {
  /** Name of a package that is installed here. */
  typescript: string;
  module: string;
  /** Arguments of its `tsc`. */
  args: readonly string[];
}

const RELEASES = ["typescript-5.0", "typescript-5.9", "typescript", "typescript-7"];

const MODULES: Record<string, readonly string[]> = {
  nodenext: ["--module", "nodenext"],
  node16: ["--module", "node16"],
  bundler: ["--module", "esnext", "--moduleResolution", "bundler"],
};

const STRICT = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--target", "es2022"];

/** One for the oldest and the newest release, as each takes seconds; all of them, if that is asked for. */
export function compilations(all: boolean): Compilation[] {
  const names = all ? Object.keys(MODULES) : ["nodenext"];
  const releases = all ? RELEASES : [RELEASES[0], RELEASES.at(-1)].filter((one) => one !== undefined);
  return releases.flatMap((typescript) =>
    names.map((module) => ({
      typescript,
      module,
      // Declarations are checked, too, as they are unless a project says otherwise.
      args: [...STRICT, ...(MODULES[module] as string[]), "--lib", all ? "es2022,dom" : "es2022", "--noEmit"],
    })),
  );
}

export function tscOf(typescript: string): string {
  return join(createRequire(`${root}package.json`).resolve(`${typescript}/package.json`), "../bin/tsc");
}
