import { spawnSync } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { ownRequire } from "../../util/own-file.js";
import type { PackagePath } from "../identity/packages.js";
import { isObject } from "../is-object.js";
import { tryProperty } from "../own-property.js";
import type { CapturedPackage } from "../payload/payload.js";
import { manifestOf } from "./package-folder.js";
import type { StateGraph } from "./state-node.js";

/** What the process that loads a fresh copy is asked for. */
export interface FreshRequest {
  /** What a worker would load, in this order. */
  entries: readonly Pick<CapturedPackage, "specifier" | "importer" | "via">[];
  /** The package that is read. */
  folder: string;
  /** Names of global variables that its code names. */
  globals: readonly string[];
  /** Objects whose members are listed. */
  shapes?: readonly PackagePath[];
  /** Whether what these objects hold is told, and not what the package keeps. */
  contents?: boolean;
}

export interface FreshCopy {
  graph: StateGraph;
  /** Modules of the package that were loaded for it, whose exports are the graph's first roots. */
  files: readonly FreshFile[];
  /** Names of the members of the objects that were asked for. */
  shapes: readonly (readonly string[])[];
  /** What they hold, as `contentOf` tells it; null for what that does not tell. */
  contents: readonly (string | null)[];
}

export interface FreshFile {
  file: string;
  isModule: boolean;
}

export type FreshAnswer = FreshCopy | { failed: string };

/** Loading a package takes a tenth of a second, the largest some two; on a machine with much else to do, ten times as long. */
const LOAD_MS = 60_000;
const ANSWER_BYTES = 256 * 1024 * 1024;

/** Fresh copies stay the same for as long as the package's files do, and no program changes those while it runs. */
const copies = new Map<string, FreshAnswer>();
const COPIES_KEPT = 32;

/** What the package is like when a process of its own has just loaded it. Waits for that process. */
export function freshCopy(request: FreshRequest): FreshAnswer {
  const key = JSON.stringify([request, manifestOf(request.folder).version]);
  const found = copies.get(key) ?? load(request);
  if (copies.size >= COPIES_KEPT) copies.clear();
  copies.set(key, found);
  return found;
}

function load(request: FreshRequest): FreshAnswer {
  const entry = ownRequire.resolve("nodewren/fresh-copy");
  const { error, output, status, signal } = spawnSync(process.execPath, [entry, ...process.argv.slice(2)], {
    // Packages keep the arguments of the command line, which a worker has from the program, too.
    input: JSON.stringify(request),
    // What packages print when they are loaded is not the program's.
    stdio: ["pipe", "ignore", "ignore", "pipe"],
    timeout: LOAD_MS,
    killSignal: "SIGKILL",
    maxBuffer: ANSWER_BYTES,
    cwd: process.cwd(),
  });
  const text = output?.[3]?.toString();
  if (text) return JSON.parse(text);
  if (signal === "SIGKILL") return { failed: `it was not loaded within ${LOAD_MS / 1000} s` };
  return { failed: error?.message ?? `the process that loads it ended with ${status ?? signal}` };
}

/**
 * A file's exports as roots of a state graph. Those of an ES module are told one by one: loaders such as tsx make an object of
 * getters of them, where Node has a namespace.
 */
export function rootsOf({ file, isModule }: FreshFile, folder: string, exported: unknown): [string, unknown][] {
  const label = path.relative(folder, file);
  if (!isModule || !isObject(exported)) return exported === undefined ? [] : [[label, exported]];
  const names = Object.keys(exported).filter((name) => name !== "__esModule" && name !== "module.exports");
  return names.map((name) => [`${label}.${name}`, tryProperty(exported, name)]);
}
