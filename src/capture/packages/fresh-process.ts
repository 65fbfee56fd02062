/** The process that loads a fresh copy of a package and tells what it is like: see `fresh-copy.ts`. */
import { readFileSync, writeSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { ownRequire } from "../../util/own-file.js";
import { exportsOf } from "../identity/exported.js";
import { liveScripts } from "../inspect/scripts.js";
import { isObject } from "../is-object.js";
import { loadPackages } from "../rebuild/packages.js";
import { CaptureSession } from "../session.js";
import { contentOf } from "./content-of.js";
import { type FreshAnswer, type FreshFile, type FreshRequest, rootsOf } from "./fresh-copy.js";
import { globalRoots } from "./global-roots.js";
import type { Look } from "./look.js";
import { packageFolderOf } from "./package-folder.js";
import { stateGraph } from "./state-graph.js";

const INPUT = 0;
const OUTPUT = 3;

async function main(): Promise<void> {
  const answer = await answerTo(JSON.parse(readFileSync(INPUT, "utf8")));
  const bytes = Buffer.from(JSON.stringify(answer));
  for (let at = 0; at < bytes.length; ) at += writeSync(OUTPUT, bytes, at);
  // Packages leave timers and handles.
  process.exit(0);
}

async function answerTo({ entries, folder, globals, shapes = [], contents }: FreshRequest): Promise<FreshAnswer> {
  try {
    await loadPackages(entries, undefined);
    const session = new CaptureSession();
    const look: Look = (fn) => session.look(fn);
    const files = filesOf(folder);
    const roots = files.flatMap((one) => rootsOf(one, folder, exportsHere(one)));
    const exported = await loadPackages(shapes, undefined);
    const objects = shapes.map(({ path }, at) => objectAt(exported[at], path));
    const told = { files, shapes: objects.map(namesOf), contents: contents ? objects.map(contentOrNull) : [] };
    const kept = contents ? [] : [...roots, ...globalRoots(globals)];
    return { ...told, graph: stateGraph(kept, { folder, look }) };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

/** Steps are written as code writes members. */
function objectAt(exported: unknown, path: readonly string[]): unknown {
  return path.reduce((at, step) => (isObject(at) ? Reflect.get(at, step.slice(1)) : undefined), exported);
}

function namesOf(target: unknown): string[] {
  return isObject(target) ? Object.getOwnPropertyNames(target) : [];
}

function contentOrNull(target: unknown): string | null {
  return contentOf(target) ?? null;
}

const { cache } = ownRequire;

/** The modules of the package that are loaded. */
function filesOf(folder: string): FreshFile[] {
  const files = new Map<string, FreshFile>();
  for (const { url, isModule } of liveScripts()) {
    if (packageFolderOf(url) !== folder || url.includes("?")) continue;
    const file = url.startsWith("file:") ? fileURLToPath(url) : url;
    if (isModule || cache[file]) files.set(file, { file, isModule });
  }
  return [...files.values()];
}

/** As the program's process asks for it: what `require()` gives of an ES module is not what `import()` gives. */
function exportsHere({ file, isModule }: FreshFile): unknown {
  return isModule ? exportsOf(file) : cache[file]?.exports;
}

void main();
