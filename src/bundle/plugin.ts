/** What esbuild asks us while it bundles: where entries lead, what stays outside, what is refused. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import { ENTRY_PREFIX, type Entry, folderOf, targetOf } from "./entries.js";
import { isGuarded, withoutCreateRequire } from "./sources.js";

/** How a run of esbuild is made; each run may show that the next one must be made otherwise. */
export interface BundlePlan {
  entries: readonly Entry[];
  format: "cjs" | "esm";
  /** Whether a package may name others that are not installed, where Node would notice only when it came there. */
  tolerant: boolean;
  /** Files that make their own `require`. */
  rewritten: ReadonlySet<string>;
}

/** What the run met. */
export interface Findings {
  missing: Entry[];
  addons: string[];
}

/** Packages that find a native addon for another one. */
const ADDON_LOADERS = /^(bindings|node-gyp-build|node-pre-gyp|@mapbox\/node-pre-gyp|pkg-prebuilds)$/;

/** Imports that run only when the code comes there. */
const LATE = new Set<OnResolveArgs["kind"]>(["dynamic-import", "require-call", "require-resolve"]);

const SEEN = Symbol("resolved by us");

export function packagesPlugin(plan: BundlePlan, findings: Findings): Plugin {
  const setup = (build: PluginBuild): void => {
    build.onResolve({ filter: new RegExp(`^${ENTRY_PREFIX}`) }, (args) => resolveEntry(build, args, plan, findings));
    build.onResolve({ filter: /\.node$/ }, (args) => resolveAddon(build, args, findings));
    build.onResolve({ filter: ADDON_LOADERS }, (args) => resolveLoader(build, args, findings));
    if (plan.tolerant) build.onResolve({ filter: /.*/ }, (args) => resolveLate(build, args));
    if (plan.rewritten.size > 0) build.onLoad({ filter: /\.[cm]?js$/ }, (args) => rewrite(plan, args.path));
  };
  return { name: "nodewren-packages", setup };
}

async function resolveEntry(
  build: PluginBuild,
  args: OnResolveArgs,
  { entries }: BundlePlan,
  { missing }: Findings,
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

async function resolveAddon(
  build: PluginBuild,
  args: OnResolveArgs,
  findings: Findings,
): Promise<OnResolveResult | undefined> {
  if (args.pluginData === SEEN) return undefined;
  const found = await resolve(build, args.path, args);
  if (found.errors?.length) return undefined;
  if (!(await isGuarded(args.importer, args.path))) findings.addons.push(found.path as string);
  return { path: args.path, external: true };
}

/** The loader itself is plain JavaScript, but what it is for is not. */
async function resolveLoader(
  build: PluginBuild,
  args: OnResolveArgs,
  findings: Findings,
): Promise<OnResolveResult | undefined> {
  if (args.pluginData === SEEN || args.importer === "" || (await isGuarded(args.importer, args.path))) return undefined;
  const found = await resolve(build, args.path, args);
  if (!found.errors?.length) findings.addons.push(path.join(path.dirname(args.importer), "*.node"));
  return undefined;
}

/** Left as it is, a package that is not installed fails when it is loaded, as it does here. */
async function resolveLate(build: PluginBuild, args: OnResolveArgs): Promise<OnResolveResult | undefined> {
  if (args.pluginData === SEEN || !LATE.has(args.kind)) return undefined;
  const found = await resolve(build, args.path, args);
  return found.errors?.length ? { path: args.path, external: true } : undefined;
}

async function rewrite({ rewritten }: BundlePlan, file: string) {
  if (!rewritten.has(file)) return undefined;
  return { contents: withoutCreateRequire(await readFile(file, "utf8")) };
}
