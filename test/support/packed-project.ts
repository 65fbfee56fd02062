/** A project in which the packed tarball and all that it needs is installed, without a registry. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./run-script.js";

export interface PackedProject {
  /** Its folder. */
  folder: string;
  /** The tarball of nodewren. */
  tarball: string;
}

/** Runs a program to its end, and gives what it wrote to stdout. Throws with all of it when it fails. */
export function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

/** Makes it below the given folder. */
export function newPackedProject(below: string): PackedProject {
  const project = join(below, "project");
  const tarballs = join(below, "tarballs");
  mkdirSync(project);
  mkdirSync(tarballs);
  const all = pack([root, ...dependencyFolders()], tarballs);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "empty", version: "1.0.0", private: true }));
  npm(["install", "--ignore-scripts", ...all], project);
  return { folder: project, tarball: all[0] as string };
}

/** Paths of all files below a folder, sorted. */
export function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

function npm(args: readonly string[], cwd: string): string {
  return run("npm", [...args, "--loglevel=error", "--offline", "--no-audit", "--no-fund"], cwd);
}

/** Folders of the packages that nodewren needs at run time, as installed here. */
function dependencyFolders(): string[] {
  const lines = npm(["ls", "--omit=dev", "--all", "--parseable"], root).trim().split("\n");
  return lines.slice(1);
}

function pack(sources: readonly string[], into: string): string[] {
  const packed: { filename: string }[] = JSON.parse(
    npm(["pack", ...sources, "--ignore-scripts", "--json", "--pack-destination", into], root),
  );
  return packed.map(({ filename }) => join(into, filename.replace("@", "").replace("/", "-")));
}
