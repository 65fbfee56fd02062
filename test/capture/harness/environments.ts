/** Where users run their scripts: each environment makes its copy of the cases and names its host process. */
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type BundleOptions, bundle, esbuildCommonJs, plain, tsc, tscOld, typescript } from "./compile.js";
import { cellTexts } from "./sessions.js";
import { copyCases, recordsOf, repository, type Workshop } from "./workshop.js";

export interface HostProcess {
  args: string[];
  /** Module of the cases. */
  cases: string;
  cwd: string;
  env?: Record<string, string>;
  /** The process is told its work by variables of the environment, not by arguments. */
  bare?: boolean;
  /** Text for the standard input, which then stays open. */
  input?: string;
  /** Another Node.js than this one, for the worker, too. */
  program?: string;
}

export interface Environment {
  name: string;
  /** For the matrix: how the cases get there. */
  how: string;
  /** Runs with `npm run matrix` alone, which installs what it needs in `test/capture/runners`. */
  isExtra?: true;
  prepare(workshop: Workshop, folder: string): HostProcess;
}

const host = join(repository, "test/capture/harness/host.js");
/** Every group, or in the environments that differ little from another, those that depend on the environment. */
const ALL = "index.js";
const CODE = "index-code.js";
const typescriptGroups = (base: string) => [base, "typescript.js", "typescript-full.js", "decorators.js"];
const ballast = pathToFileURL(join(repository, "test/capture/harness/ballast.js")).href;
export const sessionEnd = join(repository, "test/capture/harness/session-end.js");
const REQUIRES = { HOST_REQUIRES: "1" };
const tsx = ["--import", pathToFileURL(join(repository, "node_modules/tsx/dist/loader.mjs")).href];

/** Writes the module that joins the groups, and gives its path. */
function joinGroups(cwd: string, groups: string[], extension: "js" | "ts" | "cjs"): string {
  const path = join(cwd, `all.${extension}`);
  const lines =
    extension === "cjs"
      ? [`exports.cases = [${groups.map((group) => `...require("./${group}").cases`).join(", ")}];`]
      : [
          ...groups.map((group, i) => `import { cases as g${i} } from "./${group}";`),
          `export const cases = [${groups.map((_, i) => `...g${i}`).join(", ")}];`,
        ];
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

interface Plain {
  base?: string;
  args?: string[];
  env?: Record<string, string>;
}

function plainModule(workshop: Workshop, folder: string, { base = ALL, args = [], env = {} }: Plain = {}) {
  const cwd = copyCases(workshop, folder, plain);
  return {
    args: [...args, host],
    cases: joinGroups(cwd, [base, "esm-only.js", "commonjs-list.js"], "js"),
    cwd,
    env,
  };
}

function inThread(workshop: Workshop, folder: string): HostProcess {
  const process_ = plainModule(workshop, folder, { base: CODE });
  return { ...process_, args: [join(repository, "test/capture/harness/thread.js")] };
}

function runByTsx(workshop: Workshop, folder: string, type: "module" | "commonjs"): HostProcess {
  const cwd = copyCases(workshop, folder, typescript(type));
  const groups = typescriptGroups(ALL);
  const cases = joinGroups(cwd, type === "module" ? [...groups, "esm-only.js"] : groups, "ts");
  return { args: [...tsx, host], cases, cwd, env: type === "module" ? {} : REQUIRES };
}

function runFromTsc(workshop: Workshop, folder: string, type: "module" | "commonjs"): HostProcess {
  const cwd = copyCases(workshop, folder, tsc(type));
  const groups = typescriptGroups(type === "module" ? CODE : ALL);
  if (type === "module") return { args: [host], cases: joinGroups(cwd, [...groups, "esm-only.js"], "js"), cwd };
  return { args: [host], cases: joinGroups(cwd, groups, "cjs"), cwd, env: REQUIRES };
}

function runBundle(workshop: Workshop, folder: string, format: "esm" | "cjs", options: BundleOptions): HostProcess {
  const cwd = copyCases(workshop, folder, typescript("commonjs"));
  joinGroups(cwd, typescriptGroups(format === "cjs" || options.minify ? CODE : ALL), "ts");
  return {
    args: [host],
    cases: bundle(cwd, format, options),
    cwd,
    env: { ...(format === "cjs" ? REQUIRES : {}), ...(options.minify ? { HOST_RENAMES: "1" } : {}) },
  };
}

function runByVitest(workshop: Workshop, folder: string, pool: "forks" | "vmThreads"): HostProcess {
  const cwd = copyCases(workshop, folder, typescript("module"));
  const cases = joinGroups(cwd, [ALL, "typescript.js", "esm-only.js"], "ts");
  const runner = join(repository, "test/capture/harness/test-host.js");
  writeFileSync(
    join(cwd, "cases.test.ts"),
    `import { test } from "vitest";\nimport { runAsTest } from ${JSON.stringify(runner)};\nimport { cases } from "./all";\nrunAsTest(test, cases);\n`,
  );
  const config = `export default { test: { include: ["cases.test.ts"], pool: "${pool}", watch: false, testTimeout: 240_000, server: { deps: { inline: [] } } }, server: { fs: { strict: false } } };\n`;
  writeFileSync(join(cwd, "vitest.config.mjs"), config);
  const vitest = join(repository, "node_modules/vitest/vitest.mjs");
  return { args: [vitest, "run", "--root", cwd, "--reporter=dot", "--silent=true"], cases, cwd, bare: true };
}

const runners = join(repository, "test/capture/runners/node_modules");

function onNode(workshop: Workshop, folder: string, name: string): HostProcess {
  return { ...plainModule(workshop, folder), program: join(runners, name, "bin/node") };
}

function runByJest(workshop: Workshop, folder: string): HostProcess {
  const process_ = plainModule(workshop, folder);
  const { cwd, cases } = process_;
  const runner = join(repository, "test/capture/harness/test-host.js");
  writeFileSync(
    join(cwd, "cases.test.js"),
    `import { runAsTest } from ${JSON.stringify(runner)};\nimport { cases } from ${JSON.stringify(cases)};\nrunAsTest(test, cases);\n`,
  );
  const config = { testMatch: ["**/cases.test.js"], transform: {}, testTimeout: 240_000 };
  writeFileSync(join(cwd, "jest.config.json"), JSON.stringify(config));
  const jest = join(runners, "jest/bin/jest.js");
  const args = [
    "--experimental-vm-modules",
    "--no-warnings",
    jest,
    "--rootDir",
    cwd,
    "--config",
    join(cwd, "jest.config.json"),
  ];
  return { ...process_, args, bare: true, env: { MATRIX_CAPTURE: installedCapture(workshop) } };
}

/** Jest finds a package's own name from within it only where the package is installed. */
function installedCapture(workshop: Workshop): string {
  const modules = join(workshop.root, "node_modules");
  for (const part of ["dist", "package.json"])
    cpSync(join(repository, part), join(modules, "nodewren", part), { recursive: true });
  symlinkSync(join(repository, "node_modules/@jridgewell"), join(modules, "@jridgewell"));
  return pathToFileURL(join(modules, "nodewren/dist/src/capture/capture.js")).href;
}

function underCoverage(workshop: Workshop, folder: string): HostProcess {
  const reports = join(workshop.root, folder, "coverage");
  mkdirSync(reports, { recursive: true });
  return plainModule(workshop, folder, { base: CODE, env: { NODE_V8_COVERAGE: reports } });
}

function session(workshop: Workshop, folder: string): [cwd: string, script: string] {
  const texts = cellTexts({ end: sessionEnd, out: recordsOf(workshop, folder) });
  return [copyCases(workshop, folder, plain), `${texts.join("\n")}\n`];
}

function runEvaluated(workshop: Workshop, folder: string): HostProcess {
  const [cwd, script] = session(workshop, folder);
  return { args: ["-e", script], cases: cwd, cwd, bare: true, env: { MATRIX_EXIT: "1" } };
}

function runTyped(workshop: Workshop, folder: string): HostProcess {
  const [cwd, input] = session(workshop, folder);
  return { args: ["-i"], cases: cwd, cwd, bare: true, input, env: { MATRIX_EXIT: "1" } };
}

export const environments: Environment[] = [
  { name: "ESM", how: "node on ES modules", prepare: (w, f) => plainModule(w, f) },
  {
    name: "CJS",
    how: "node on CommonJS: each file through esbuild, and a set written by hand",
    prepare(workshop, folder) {
      const cwd = copyCases(workshop, folder, esbuildCommonJs);
      return { args: [host], cases: joinGroups(cwd, [ALL, "commonjs-list.js"], "cjs"), cwd, env: REQUIRES };
    },
  },
  { name: "tsx ESM", how: "TypeScript run by tsx as ES modules", prepare: (w, f) => runByTsx(w, f, "module") },
  { name: "tsx CJS", how: "TypeScript run by tsx as CommonJS", prepare: (w, f) => runByTsx(w, f, "commonjs") },
  { name: "tsc ESM", how: "tsc to ES2022 modules", prepare: (w, f) => runFromTsc(w, f, "module") },
  { name: "tsc CJS", how: "tsc to CommonJS, older decorators", prepare: (w, f) => runFromTsc(w, f, "commonjs") },
  {
    name: "tsc ES2019",
    how: "tsc to ES2019 in CommonJS, where private fields become WeakMaps",
    prepare(workshop, folder) {
      const cwd = copyCases(workshop, folder, tscOld);
      const groups = ["classes.js", "typescript.js", "typescript-full.js", "decorators.js"];
      return { args: [host], cases: joinGroups(cwd, groups, "cjs"), cwd, env: REQUIRES };
    },
  },
  {
    name: "bundle ESM",
    how: "esbuild --bundle --format=esm --packages=external",
    prepare: (w, f) => runBundle(w, f, "esm", { packages: "external" }),
  },
  {
    name: "bundle CJS",
    how: "esbuild --bundle --format=cjs, packages inside",
    prepare: (w, f) => runBundle(w, f, "cjs", {}),
  },
  {
    name: "minified",
    how: "esbuild --bundle --minify --format=esm --packages=external",
    prepare: (w, f) => runBundle(w, f, "esm", { packages: "external", minify: true }),
  },
  { name: "vitest", how: "a test under vitest, forks", prepare: (w, f) => runByVitest(w, f, "forks") },
  { name: "thread", how: "a worker thread", prepare: inThread },
  {
    name: "inspect",
    how: "node --inspect, with a heap of more than 64 MiB",
    prepare: (w, f) => plainModule(w, f, { args: ["--inspect=127.0.0.1:0", "--import", ballast] }),
  },
  { name: "node -e", how: "one script given to node -e", prepare: runEvaluated },
  { name: "REPL", how: "lines typed into node -i", prepare: runTyped },
  { name: "coverage", how: "NODE_V8_COVERAGE", prepare: underCoverage },
  { name: "Node 22", how: "the last Node 22, ES modules", isExtra: true, prepare: (w, f) => onNode(w, f, "node22") },
  { name: "Node 24", how: "the last Node 24, ES modules", isExtra: true, prepare: (w, f) => onNode(w, f, "node24") },
  {
    name: "vmThreads",
    how: "a test under vitest, pool vmThreads",
    isExtra: true,
    prepare: (w, f) => runByVitest(w, f, "vmThreads"),
  },
  { name: "Jest", how: "a test under Jest, ES modules", isExtra: true, prepare: runByJest },
];
