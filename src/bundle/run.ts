/** Runs esbuild until the bundle is good, or it is clear why there can be none. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { BuildResult, Message } from "esbuild";
import { textOf } from "../text-of.js";
import type { BundleFormat } from "../wire/packages.js";
import type { Entry } from "./entries.js";
import { optionsFor, projectFolder } from "./options.js";
import type { BundlePlan, Findings } from "./plugin.js";
import { missingPackage, nativeAddon, noBundler, unbundled } from "./refusals.js";
import { makesRequire, opensBeside } from "./sources.js";

export interface Bundled {
  format: BundleFormat;
  code: string;
  /** Absolute paths of all that went into it. */
  files: string[];
  /** Those that seem to open files beside themselves. */
  openingBeside: string[];
}

/** One more than there are reasons to run again, each of which comes up once. */
const MAX_RUNS = 6;

export async function runEsbuild(entries: readonly Entry[], onWorker: readonly string[]): Promise<Bundled> {
  const build = await loadEsbuild(entries);
  let plan: BundlePlan = { entries, format: "cjs", tolerant: false, rewritten: new Set() };
  for (let run = 0; run < MAX_RUNS; run++) {
    const findings: Findings = { missing: [], addons: [] };
    const result = await build(optionsFor(plan, findings, onWorker)).catch((error) => error as FailedBuild);
    const next = amended(plan, findings, result) ?? (await finished(plan, result as BuildResult));
    if (!("code" in next)) plan = next;
    else return next;
  }
  throw unbundled(namesOf(entries), `it came to no end in ${MAX_RUNS} runs of esbuild`, undefined);
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
function amended(plan: BundlePlan, { missing, addons }: Findings, result: BuildResult | FailedBuild) {
  const [addon] = addons;
  if (addon !== undefined) throw nativeAddon(addon);
  const lost = missing.find(({ optional }) => !optional);
  if (lost) throw missingPackage(lost.specifier, lost.importer);
  if (missing.length > 0) return { ...plan, entries: plan.entries.filter((entry) => !missing.includes(entry)) };
  if (!(result instanceof Error)) return undefined;
  const errors = result.errors ?? [];
  if (plan.format === "cjs" && errors.some(({ text }) => AWAITS.test(text))) return { ...plan, format: "esm" as const };
  if (!plan.tolerant && errors.some(({ text }) => UNRESOLVED.test(text))) return { ...plan, tolerant: true };
  throw unbundled(namesOf(plan.entries), errors.length > 0 ? toldBy(errors[0] as Message) : textOf(result), result);
}

const AWAITS = /^Top-level await is currently not supported/;
const UNRESOLVED = /^Could not resolve/;

function toldBy({ text, location }: Message): string {
  return location ? `${text} (${location.file}:${location.line}:${location.column + 1})` : text;
}

/** The bundle, or how to run again, since only its files tell which of them make their own `require`. */
async function finished(plan: BundlePlan, { metafile, outputFiles }: BuildResult): Promise<BundlePlan | Bundled> {
  const inputs = Object.entries(metafile?.inputs ?? {});
  const folder = projectFolder(plan.entries);
  const files = inputs.map(([name]) => path.resolve(folder, name)).filter((file) => existsSync(file));
  const sources = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const making = files.filter((_, index) => makesRequire(sources[index] as string));
  if (making.some((file) => !plan.rewritten.has(file))) return { ...plan, rewritten: new Set(making) };
  const code = outputFiles?.[0]?.text ?? "";
  const isStrict = plan.format === "cjs" && inputs.every(([, { format }]) => format !== "cjs");
  return {
    format: plan.format,
    // ES modules are strict, CommonJS is not; where there are both, the older code would not stand being strict.
    code: isStrict ? `"use strict";\n${code}` : code,
    files,
    openingBeside: files.filter((_, index) => opensBeside(sources[index] as string)),
  };
}
