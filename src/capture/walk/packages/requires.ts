import type { WalkContext } from "../../graph/context.js";
import type { GraphEntry, HostNode } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import type { Refusal } from "../../graph/refusal.js";
import { isOwnPackage } from "../../identity/packages.js";
import { isFile, isPackage } from "../../identity/specifiers.js";
import { namesOfDependencies, packageFolderOf } from "../../packages/package-folder.js";
import type { PartlyLoadedEntry } from "../../payload/entry.js";
import type { Use } from "../../source/uses.js";
import type { Callable } from "../../types.js";
import { loadedModule } from "./loaded-modules.js";
import { modulesByValue } from "./modules-by-value.js";

/** The file whose `require` this is: each module has its own. */
export function requireOf(fn: Callable): string | undefined {
  const { resolve, cache } = fn as Partial<NodeJS.Require>;
  if (fn.name !== "require" || typeof resolve !== "function" || typeof cache !== "object") return undefined;
  const paths = resolve.paths?.("x") ?? null;
  const [first] = paths ?? [];
  return first ? `${first.replace(/node_modules$/, "")}noname.js` : undefined;
}

/** Captures what one use of a `require` function loads. */
export function needRequire(walker: WalkContext, node: HostNode, use: Use, step: Step): HostNode {
  const file = fileOfRequire(node.entry);
  const { argument: specifier, members, end } = use;
  const isCall = end === "call" && members.length === 0 && specifier !== undefined;
  const loaded = isCall ? loadedModule(specifier, file, walker.options.travel) : undefined;
  if (loaded) return addLoaded(walker, node, specifier as string, loaded.exports, step);
  const refusal = refusalOfRequire(use, file);
  if (!refusal) {
    if (isCall && isPackage(specifier)) note(walker, specifier, file);
    return node;
  }
  return (
    needOfPackage(walker, node, { file, own: isCall ? specifier : undefined }, step) ?? walker.refuse(step, refusal)
  );
}

/** Captures a `require` function that code hands on, or of which it uses who knows what. */
export function needWholeRequire(walker: WalkContext, node: HostNode, step: Step): HostNode {
  const file = fileOfRequire(node.entry);
  return needOfPackage(walker, node, { file, own: undefined }, step) ?? walker.refuse(step, refusalOfWholeRequire);
}

interface PackageFile {
  /** Whose `require` it is. */
  file: string;
  /** The file of the package that it is asked for, where that is written out. */
  own: string | undefined;
}

/**
 * Code of a package may load any of the package's files: where that travels by value, its modules that are loaded travel,
 * and the others are loaded on the worker with those. Undefined for the program's own code.
 */
function needOfPackage(
  walker: WalkContext,
  node: HostNode,
  { file, own }: PackageFile,
  step: Step,
): HostNode | undefined {
  const folder = packageFolderOf(file);
  if (folder === undefined) return undefined;
  if (!walker.options.travel.isFolderByValue(folder)) {
    if (own === undefined) return walker.refuse(step, { ...refusalOfWholeRequire, packageScript: file });
    note(walker, own, file);
    return node;
  }
  const entry = partlyLoaded(walker, node);
  if (entry.files) return node;
  entry.files = modulesByValue(walker, file, step);
  node.needs.push(entry.files.exports);
  if (own === undefined) for (const name of namesOfDependencies(folder)) note(walker, name, file);
  return node;
}

function note({ required }: WalkContext, specifier: string, importer: string): void {
  required.push({ specifier, importer, via: "require", optional: true });
}

function addLoaded(walker: WalkContext, node: HostNode, specifier: string, exports: unknown, step: Step): HostNode {
  const { loaded } = partlyLoaded(walker, node);
  if (!loaded.some((one, at) => at % 2 === 0 && one === specifier))
    loaded.push(specifier, walker.encode(exports, { from: step, text: `(${JSON.stringify(specifier)})` }));
  return node;
}

function partlyLoaded(walker: WalkContext, node: HostNode): PartlyLoadedEntry<HostNode> {
  if (node.entry.kind === "require") {
    const others = walker.addNode({}, node.step, node.entry);
    node.entry = { kind: "partlyLoaded", others, loaded: [] };
    node.needs.push(others);
  }
  return node.entry as PartlyLoadedEntry<HostNode>;
}

export function isRequire({ entry }: HostNode): boolean {
  return entry.kind === "require" || entry.kind === "partlyLoaded";
}

function fileOfRequire(entry: GraphEntry): string {
  if (entry.kind === "partlyLoaded") return fileOfRequire(entry.others.entry);
  return entry.kind === "require" ? entry.file : "";
}

/** A `require` function travels for calls that name a built-in or a package; the refusal for any other use of it. */
function refusalOfRequire({ members, end, argument }: Use, file: string): Refusal | undefined {
  const isPlain = members.length === 0 || (members.length === 1 && members[0] === "resolve");
  if (!isPlain || end !== "call" || argument === undefined) return refusalOfWholeRequire;
  return refusalOfSpecifier(argument, file);
}

/** Dynamic imports and calls of `require` name what a worker has: built-ins and installed packages. */
export function refusalOfSpecifier(specifier: string, importer: string): Refusal | undefined {
  if (isFile(specifier)) return refusalOfFile(specifier);
  return isOwnPackage(specifier, importer) ? refusalOfOwn(specifier) : undefined;
}

const refusalOfWholeRequire: Refusal = {
  reason: "it is a require function, and which files it would load, and whether a worker has them, cannot be known",
  hint: "Call require with the name of a built-in or a package written out, or load the module outside.",
};

function refusalOfFile(specifier: string): Refusal {
  return {
    reason: `the file ${specifier} is not on the worker`,
    hint: "Import it at the top of your file: what the function uses then travels with it.",
  };
}

function refusalOfOwn(specifier: string): Refusal {
  return {
    reason: `${specifier} is code of your own, of which a worker would load another copy, or has none`,
    hint: "Import it at the top of your file: what the function uses then travels with it.",
  };
}
