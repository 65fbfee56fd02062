/** What esbuild asks us while it bundles: where entries lead, what stays outside, and what is no code. */
import { readFile } from "node:fs/promises";
import type { OnLoadResult, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import { ENTRY_PREFIX, type Entry, folderOf, targetOf } from "./entries.js";

/** How a run of esbuild is made; each run may show that the next one must be made otherwise. */
export interface BundlePlan {
  entries: readonly Entry[];
  format: "cjs" | "esm";
  /** Whether code may name what is not installed, where Node would notice only when it came there, and what is no code. */
  tolerant: boolean;
  /** Files with a pattern of names in place of a name, which esbuild follows only where it finds something. */
  patterns: ReadonlySet<string>;
}

/** Imports that run only when the code comes there. */
const LATE = new Set<OnResolveArgs["kind"]>(["dynamic-import", "require-call", "require-resolve"]);

/** What is read as code: by Node, and of the user's own modules by esbuild. */
export const CODE = /\.([cm]?[jt]s|[jt]sx|json)$/;

const SEEN = Symbol("resolved by us");

/** Entries that lead nowhere are added to `missing`. */
export function packagesPlugin({ entries, tolerant, patterns }: BundlePlan, missing: Entry[]): Plugin {
  const setup = (build: PluginBuild): void => {
    build.onResolve({ filter: new RegExp(`^${ENTRY_PREFIX}`) }, (args) => resolveEntry(build, args, entries, missing));
    if (!tolerant) return;
    build.onResolve({ filter: /.*/ }, (args) => resolveLate(build, args));
    build.onLoad({ filter: /.*/ }, ({ path }) => {
      if (patterns.has(path)) return withoutPatterns(path);
      return CODE.test(path) ? undefined : { contents: "", loader: "empty" };
    });
  };
  return { name: "nodewren-packages", setup };
}

async function resolveEntry(
  build: PluginBuild,
  args: OnResolveArgs,
  entries: readonly Entry[],
  missing: Entry[],
): Promise<OnResolveResult> {
  const entry = entries[Number(args.path.slice(ENTRY_PREFIX.length))] as Entry;
  const found = await resolve(build, targetOf(entry), { ...args, resolveDir: folderOf(entry) });
  if (found.errors?.length) missing.push(entry);
  return found.errors?.length ? { path: entry.specifier, external: true } : found;
}

async function resolve(build: PluginBuild, target: string, args: OnResolveArgs): Promise<OnResolveResult> {
  const { kind, resolveDir, importer, namespace } = args;
  const { errors, external, path, sideEffects, suffix } = await build.resolve(target, {
    kind,
    resolveDir,
    importer,
    namespace,
    pluginData: SEEN,
  });
  return errors.length > 0 ? { errors } : { external, path, namespace: "file", sideEffects, suffix };
}

/** Left as it is, a package that is not installed fails when it is loaded, as it does here. */
async function resolveLate(build: PluginBuild, args: OnResolveArgs): Promise<OnResolveResult | undefined> {
  if (args.pluginData === SEEN || !LATE.has(args.kind)) return undefined;
  const found = await resolve(build, args.path, args);
  return found.errors?.length ? { path: args.path, external: true } : undefined;
}

const PATTERN = /\b(?:require|import)(?=\s*\(\s*(?:`|["'][^"'\n]*["']\s*\+))/g;

/** To look at only: a file that loads by computed names travels as it is. */
async function withoutPatterns(file: string): Promise<OnLoadResult> {
  return { contents: (await readFile(file, "utf8")).replace(PATTERN, "computed"), loader: "js" };
}
