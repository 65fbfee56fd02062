/** Who imports whom: reads every import of the package and fails on a direction that the design does not allow. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { root } from "../support/run-script.js";

/**
 * What the files of a folder may import, besides their own folder. Imports of types count as well: a type that points
 * the wrong way is how the next value comes to.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  errors: ["util/is-instance", "util/own-file"],
  util: ["errors"],
  codec: ["errors", "util"],
  capture: ["errors", "util", "codec"],
  // A request names the store by its descriptor, and classes travel under the codec's names.
  wire: ["errors", "util", "codec", "stores/store", "stores/counted"],
  stores: ["errors", "util"],
  // Results that are kept, in whatever store: bytes under digests, which nothing here decodes.
  cache: ["errors", "util", "wire", "stores"],
  worker: ["errors", "util", "wire", "codec", "capture", "stores", "inputs"],
  // Files and objects as inputs: found by the host, read by the worker.
  inputs: ["errors", "util", "wire", "codec", "stores", "config", "options/check"],
  // A backend knows the worker only by the path of its entry.
  backends: ["errors", "util", "wire", "stores/store", "options"],
  "runtime-layer": ["errors", "util", "wire", "stores", "worker", "serve"],
  // Shards for hosts elsewhere, each on a process of the local backend.
  serve: [
    "errors",
    "util",
    "wire",
    "stores/store",
    "config/store-location",
    "backends/backend",
    "backends/local/backend",
  ],
  // What was used, by prices: data in, data out.
  cost: ["wire/billed", "stores/counted", "util/store-place"],
  // The spans of a job, from what the host knows of it.
  trace: ["errors", "util", "wire", "job/shard-times"],
  // What users hold; the host fills it. A report draws itself.
  job: ["errors", "util", "options", "cost", "host/job-run", "worker/call-context", "stores/counted", "view"],
  // Data only: what is made of a configuration is made by the executor and by deploy.
  config: ["errors", "util"],
  // What is in the account; the host runs jobs on it and knows nothing of how it came there.
  deploy: ["errors", "util", "wire", "stores/store", "config"],
  // Packages for workers, built for their system: as a layer, which deploy's clients publish.
  layer: ["errors", "util", "wire", "config", "bundle", "deploy"],
  // The worker as files for containers and platforms of functions.
  image: ["errors", "util", "deploy/built-worker", "deploy/bundle-options", "deploy/load-esbuild"],
  // What people look at, drawn.
  view: ["errors", "util"],
  // Runs in a browser, and is built into one file.
  "report-page": ["view"],
  options: ["errors", "util", "stores/store", "backends/backend", "cost/prices", "config/config"],
  bundle: ["errors", "util", "wire"],
  "register-class": ["codec", "util"],
  broadcast: ["errors", "util", "codec", "capture", "wire"],
};

/** Layers of the host: they may import anything but the worker and its entries. */
const HOST = ["host", "executor", "forms", "study", "cli"];

/** Of the worker, the host knows the type of what it hands to the user's function, and no code. */
const WORKER_TYPES = ["worker/call-context"];

/** Packages that the code may name, by folder or file. */
const PACKAGES: Record<string, readonly string[]> = {
  capture: ["acorn"],
  util: ["@jridgewell/trace-mapping", "leven", "proxy-agent"],
  bundle: ["acorn", "esbuild"],
  view: ["serialize-javascript", "string-width"],
  "report-page": ["uplot"],
  inputs: ["csv-parse", "picomatch", "tinyglobby"],
  stores: ["p-limit"],
  cache: ["p-limit"],
  worker: ["csv-stringify"],
  cli: ["commander", "p-limit"],
  deploy: ["esbuild", "fflate", "p-limit"],
  layer: ["acorn"],
  trace: ["@opentelemetry/api"],
};

/** The only files that may name the AWS SDK, or depend on it in any way. */
const MAY_NAME_AWS = [
  /^src\/stores\/s3\//,
  /^src\/backends\/lambda\//,
  /^src\/cli\/deploy/,
  /^src\/deploy\//,
  /^src\/image\//,
  /^src\/layer\//,
  /^runtime-layer\/lambda\/credentials/,
];

interface Import {
  from: string;
  /** As written. */
  specifier: string;
  /** File of the package that is imported, if it is one. */
  to: string | undefined;
}

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name).replaceAll("\\", "/"));
}

const parsed = new Map<string, ts.SourceFile>();

/** Parsed once for all tests: that takes most of their time. */
function sourceOf(file: string): ts.SourceFile {
  const text = () => readFileSync(join(root, file), "utf8");
  const source = parsed.get(file) ?? ts.createSourceFile(file, text(), ts.ScriptTarget.Latest);
  parsed.set(file, source);
  return source;
}

function specifiersOf(file: string): string[] {
  const source = sourceOf(file);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const specifier =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
          ? node.arguments[0]
          : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
            ? node.argument.literal
            : undefined;
    if (specifier && ts.isStringLiteralLike(specifier)) found.push(specifier.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Without the path within the package. */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function importsOf(file: string): Import[] {
  return specifiersOf(file).map((specifier) => {
    const isOwn = specifier.startsWith(".");
    const to = isOwn ? join(dirname(file), specifier).replace(/\.js$/, ".ts") : undefined;
    return { from: file, specifier, to };
  });
}

/** `src/host/plan.ts` is of the layer `host`, `src/job/job.ts` of the layer `job`. */
function layerOf(file: string): string {
  const [top, second] = file.split("/") as [string, string];
  return top === "src" ? second.replace(/\.ts$/, "") : top;
}

function nameOf(file: string): string {
  return file.replace(/^src\//, "").replace(/\.ts$/, "");
}

function isAllowed({ from, to }: Import): boolean {
  const [layer, target] = [layerOf(from), layerOf(to as string)];
  if (layer === target) return true;
  if (HOST.includes(layer))
    return WORKER_TYPES.includes(nameOf(to as string)) || (target !== "worker" && target !== "runtime-layer");
  return (MAY_IMPORT[layer] ?? []).some((allowed) => target === allowed || nameOf(to as string) === allowed);
}

const files = [...filesIn("src"), ...filesIn("runtime-layer"), ...filesIn("report-page")];
const imports = files.flatMap(importsOf);
const own = imports.filter(({ to }) => to !== undefined);
const foreign = imports.filter(({ to }) => to === undefined);
const shown = ({ from, specifier }: Import) => `${from} imports ${specifier}`;

it("there are files and imports to check", () => {
  expect(files.length).toBeGreaterThan(60);
  expect(imports.length).toBeGreaterThan(200);
  expect(own.filter(({ to }) => !existsSync(join(root, to as string))).map(shown)).toEqual([]);
});

it("each file keeps to the directions of the design", () => {
  const wrong = own.filter(({ from }) => from !== "src/index.ts").filter((one) => !isAllowed(one));
  expect(wrong.map(shown)).toEqual([]);
});

it("each folder and file has its rule here", () => {
  const known = new Set([...Object.keys(MAY_IMPORT), ...HOST, "index"]);
  expect(files.map(layerOf).filter((layer) => !known.has(layer))).toEqual([]);
});

it("no rule is left of what is gone", () => {
  const layers = new Set(files.map(layerOf));
  expect(Object.keys(MAY_IMPORT).filter((layer) => !layers.has(layer))).toEqual([]);
});

// Types count as well: files that name each other's types cannot be understood, or moved, one at a time.
it("no file imports itself by way of others", () => {
  const targets = new Map<string, string[]>();
  for (const one of own) targets.set(one.from, [...(targets.get(one.from) ?? []), one.to as string]);
  expect(files.flatMap((file) => wayBackTo(file, targets) ?? [])).toEqual([]);
});

/** The files on the way from a file back to itself; undefined when there is none. */
function wayBackTo(file: string, targets: Map<string, string[]>): string | undefined {
  const seen = new Set<string>();
  const follow = (at: string, way: string[]): string | undefined => {
    for (const next of targets.get(at) ?? []) {
      if (next === file) return [...way, at, file].join(" -> ");
      if (seen.has(next)) continue;
      seen.add(next);
      const found = follow(next, [...way, at]);
      if (found) return found;
    }
    return undefined;
  };
  return follow(file, []);
}

describe("capture", () => {
  const passes = ["graph", "payload", "walk", "scopes", "resolve", "report", "emit", "rebuild"];
  const inFolders = (names: readonly string[]) =>
    files.filter((file) => names.some((name) => file.startsWith(`src/capture/${name}/`)));
  const textOf = (file: string) => readFileSync(join(root, file), "utf8");

  it("writes a payload without anything that reads the running program", () => {
    const live = ["walk", "scopes", "inspect", "identity", "packages", "session"];
    const wrong = own.filter(({ from, to }) => {
      return from.startsWith("src/capture/emit/") && live.includes((to as string).split(/[/.]/)[2] ?? "");
    });
    expect(wrong.map(shown)).toEqual([]);
  });

  it("keeps little in variables of modules, each with a comment that says why", () => {
    const found = files
      .filter((file) => file.startsWith("src/capture/"))
      .flatMap((file) =>
        [...textOf(file).matchAll(/^(.*)\n(?:export )?let (\w+)/gm)].map((one) => [file, ...one.slice(1)]),
      );
    expect(found.length).toBeLessThanOrEqual(6);
    expect(found.filter(([, before = ""]) => !/\*\/$/.test(before))).toEqual([]);
  });

  it("has types for all but what the inspector answers", () => {
    const isOfInspector = (file: string) => /^src\/capture\/(inspect\/|types\.ts$)/.test(file);
    expect(files.filter((file) => !isOfInspector(file) && /\bLoose\b/.test(textOf(file)))).toEqual([]);
    expect(inFolders(passes).filter((file) => /\bany\b(?=[[\],;)>])/.test(textOf(file)))).toEqual([]);
  });
});

describe("from outside", () => {
  it("come Node's own modules, named with node:, and the packages listed here", () => {
    const builtin = new Set(builtinModules.map((name) => `node:${name}`));
    const wrong = foreign.filter(({ from, specifier }) => {
      if (builtin.has(specifier) || specifier.startsWith("@aws-sdk/")) return false;
      return !(PACKAGES[layerOf(from)] ?? []).includes(packageOf(specifier));
    });
    expect(wrong.map(shown)).toEqual([]);
  });

  it("come only packages that are dependencies, but for what the build puts into bundles", () => {
    const { dependencies, peerDependencies = {} } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const bundled = /^(report-page|runtime-layer\/lambda)\//;
    const loaded = foreign.filter(({ from }) => !bundled.test(from));
    const named = loaded.map(({ specifier }) => specifier).filter((specifier) => !specifier.startsWith("node:"));
    const known = { ...dependencies, ...peerDependencies };
    expect(named.filter((name) => !Object.hasOwn(known, packageOf(name)))).toEqual([]);
  });

  it("the AWS SDK is named by the store, the backend and the deploy code alone", () => {
    const wrong = files
      .filter((file) => !MAY_NAME_AWS.some((pattern) => pattern.test(file)))
      .filter((file) => /@aws-sdk|@smithy/.test(readFileSync(join(root, file), "utf8")));
    expect(wrong).toEqual([]);
  });
});

it("index.ts only passes names on, one by one", () => {
  const source = sourceOf("src/index.ts");
  for (const statement of source.statements) {
    expect(ts.isExportDeclaration(statement), statement.getText(source)).toBe(true);
    expect((statement as ts.ExportDeclaration).exportClause?.kind).toBe(ts.SyntaxKind.NamedExports);
  }
});

it("no file awaits at its top level, so that require() can load the package", () => {
  const awaiting = files.filter((file) => {
    let found = false;
    const visit = (node: ts.Node): void => {
      if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
      if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) found = true;
      ts.forEachChild(node, visit);
    };
    visit(sourceOf(file));
    return found;
  });
  expect(awaiting).toEqual([]);
});
