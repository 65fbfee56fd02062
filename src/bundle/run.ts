/** Runs esbuild until it has seen all that the entries lead to, or it is clear why it cannot. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { BuildResult, Location, Message, Metafile } from "esbuild";
import { textOf } from "../util/describe-value.js";
import { ENTRY_PREFIX, type Entry } from "./entries.js";
import { ENTRIES_FILE, optionsFor, projectFolder } from "./options.js";
import { type BundlePlan, CODE } from "./plugin.js";
import { missingPackage, noBundler, unbundled } from "./refusals.js";
import { isGuarded, reasonForPlace } from "./sources.js";

export interface Module {
  imports: { file: string | undefined; specifier: string }[];
  /** Why it works in its own place alone, as the end of a sentence that names it; undefined when it does anywhere. */
  reason: string | undefined;
  /** Addons that it loads only where it catches that they cannot be loaded. */
  guarded: string[];
  /** Undefined for what is no JavaScript. */
  source: string | undefined;
}

/** What the entries lead to. */
export interface Reached {
  /** Those that were found, with their files. */
  entries: Map<Entry, string>;
  /** By their absolute paths. */
  modules: Map<string, Module>;
  /** All of it as one file of CommonJS; undefined where some module awaits at its top level, which that cannot hold. */
  code: string | undefined;
}

/** One more than there are reasons to run again, each of which comes up once but for entries and files to leave out. */
const MAX_RUNS = 16;

export async function runEsbuild(wanted: readonly Entry[], onWorker: readonly string[]): Promise<Reached> {
  const build = await loadEsbuild(wanted);
  const awaiting = new Set<string>();
  let plan: BundlePlan = { entries: wanted, format: "cjs", tolerant: false, patterns: new Set() };
  for (let run = 0; run < MAX_RUNS; run++) {
    const missing: Entry[] = [];
    const result = await build(optionsFor(plan, missing, onWorker)).catch((error) => error as FailedBuild);
    const next = amended(plan, missing, result, awaiting);
    if (!next) return reachedBy(plan, result as BuildResult, awaiting);
    plan = next;
  }
  throw unbundled(namesOf(wanted), `esbuild did not come to a result in ${MAX_RUNS} runs`, undefined);
}

interface FailedBuild extends Error {
  errors?: Message[];
}

async function loadEsbuild(entries: readonly Entry[]) {
  try {
    return (await import("esbuild")).build;
  } catch (cause) {
    throw noBundler(namesOf(entries), cause);
  }
}

function namesOf(entries: readonly Entry[]): string[] {
  return [...new Set(entries.map(({ specifier }) => specifier))];
}

/** How to go on after a run that was not good; undefined after a good one. */
function amended(plan: BundlePlan, missing: Entry[], result: BuildResult | FailedBuild, awaiting: Set<string>) {
  const lost = missing.find(({ optional }) => !optional);
  if (lost) throw missingPackage(lost.specifier, lost.importer);
  if (missing.length > 0) return { ...plan, entries: plan.entries.filter((entry) => !missing.includes(entry)) };
  if (!(result instanceof Error)) return undefined;
  const errors = result.errors ?? [];
  const awaits = errors.filter(({ text }) => AWAITS.test(text));
  for (const { location } of awaits) if (location) awaiting.add(placeOf(location, plan));
  if (plan.format === "cjs" && awaits.length > 0) return { ...plan, format: "esm" as const };
  if (!plan.tolerant && errors.some(({ text }) => LENIENT.test(text))) return { ...plan, tolerant: true };
  const patterns = errors.flatMap(({ text, location }) =>
    location && PATTERN.test(text) ? [placeOf(location, plan)] : [],
  );
  if (patterns.some((file) => !plan.patterns.has(file)))
    return { ...plan, patterns: new Set([...plan.patterns, ...patterns]) };
  throw unbundled(namesOf(plan.entries), errors.length > 0 ? toldBy(errors[0] as Message) : textOf(result), result);
}

function placeOf({ file }: Location, { entries }: BundlePlan): string {
  return path.resolve(projectFolder(entries), file);
}

const AWAITS = /^Top-level await is currently not supported/;
const LENIENT = /^(Could not resolve|No loader is configured)/;

const PATTERN = /^Could not resolve (require|import)\(/;

function toldBy({ text, location }: Message): string {
  return location ? `${text} (${location.file}:${location.line}:${location.column + 1})` : text;
}

async function reachedBy(
  plan: BundlePlan,
  { metafile, outputFiles }: BuildResult,
  awaiting: ReadonlySet<string>,
): Promise<Reached> {
  const inputs = metafile?.inputs ?? {};
  const folder = projectFolder(plan.entries);
  const starts = new Map(
    (inputs[ENTRIES_FILE]?.imports ?? []).map(({ original = "", path: to }) => [original, path.resolve(folder, to)]),
  );
  const files = Object.keys(inputs).map((name) => [path.resolve(folder, name), name] as const);
  const there = files.filter(([file, name]) => name !== ENTRIES_FILE && existsSync(file));
  const modules = await Promise.all(
    there.map(async ([file, name]) => [file, await moduleOf(file, inputs[name] as Input, folder, awaiting)] as const),
  );
  return {
    entries: new Map(plan.entries.map((entry, index) => [entry, starts.get(ENTRY_PREFIX + index) as string])),
    modules: new Map(modules),
    code: plan.format === "esm" ? undefined : bundledCode(inputs, outputFiles?.[0]?.text ?? ""),
  };
}

type Input = Metafile["inputs"][string];

async function moduleOf(
  file: string,
  { imports }: Input,
  folder: string,
  awaiting: ReadonlySet<string>,
): Promise<Module> {
  const source = CODE.test(file) && !file.endsWith(".json") ? await readFile(file, "utf8") : undefined;
  const named = imports.map(({ path: to, external, original }) => ({
    file: external ? undefined : path.resolve(folder, to),
    specifier: original ?? to,
  }));
  const addons = named.filter((one) => one.file?.endsWith(".node"));
  const guarded = addons.filter(({ specifier }) => source !== undefined && isGuarded(source, specifier));
  return {
    imports: named,
    reason: reasonOf(file, source, awaiting),
    guarded: guarded.map((one) => one.file as string),
    source,
  };
}

function reasonOf(file: string, source: string | undefined, awaiting: ReadonlySet<string>): string | undefined {
  if (awaiting.has(file)) return "awaits at its top level";
  if (source !== undefined) return reasonForPlace(source);
  return file.endsWith(".json") ? undefined : "is no JavaScript";
}

/** ES modules are strict, CommonJS is not; where there are both, the older code would not stand being strict. */
function bundledCode(inputs: Metafile["inputs"], code: string): string {
  const isStrict = Object.values(inputs).every(({ format }) => format !== "cjs");
  return isStrict ? `"use strict";\n${code}` : code;
}
