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
  errors: [],
  "text-of": [],
  "at-exit": [],
  "errors-within": [],
  "source-map": [],
  codec: ["errors", "text-of"],
  capture: ["errors", "text-of", "codec", "source-map"],
  // A request names the store by its descriptor, and classes travel under the codec's names.
  wire: ["errors", "text-of", "codec", "stores/store"],
  stores: ["errors", "text-of", "at-exit"],
  worker: ["errors", "errors-within", "text-of", "wire", "codec", "capture", "stores"],
  // A backend knows the worker only by the path of its entry.
  backends: ["errors", "text-of", "at-exit", "wire", "stores/store", "options"],
  "runtime-layer": ["errors", "text-of", "wire", "stores", "worker"],
  ledger: ["errors"],
  future: ["errors", "ledger"],
  wait: ["errors", "future"],
  // Data only: what is made of a configuration is made by the executor and by deploy.
  config: ["errors", "text-of"],
  // What is in the account; the host runs jobs on it and knows nothing of how it came there.
  deploy: ["errors", "text-of", "wire", "stores/store", "config"],
  options: ["errors", "stores/store", "backends/backend"],
  bundle: ["errors", "text-of", "wire"],
  "register-class": ["codec"],
  broadcast: ["errors", "codec", "capture", "wire"],
  job: ["errors", "future", "ledger", "options", "host/report"],
};

/** Layers of the host: they may import anything but the worker and its entries. */
const HOST = ["host", "executor", "cli"];

/** Of the worker, the host knows the type of what it hands to the user's function, and no code. */
const WORKER_TYPES = ["worker/context"];

/** Packages that the code may name, by folder or file. */
const PACKAGES: Record<string, readonly string[]> = {
  capture: ["acorn"],
  "source-map": ["@jridgewell/trace-mapping"],
  bundle: ["acorn", "esbuild"],
  host: ["cli-progress"],
  stores: ["p-limit"],
  cli: ["commander", "p-limit"],
  deploy: ["fflate", "p-limit"],
};

/** The only files that may name the AWS SDK, or depend on it in any way. */
const MAY_NAME_AWS = [/^src\/stores\/s3/, /^src\/backends\/lambda/, /^src\/cli\/deploy/, /^src\/deploy\//];

interface Import {
  from: string;
  /** As written. */
  specifier: string;
  /** File of the package that is imported, if it is one. */
  to: string | undefined;
  isTypeOnly: boolean;
}

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name).replaceAll("\\", "/"));
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true;
  if (ts.isExportDeclaration(node)) {
    const { exportClause, isTypeOnly } = node;
    return (
      isTypeOnly ||
      (!!exportClause && ts.isNamedExports(exportClause) && exportClause.elements.every((one) => one.isTypeOnly))
    );
  }
  if (!ts.isImportDeclaration(node) || !node.importClause) return false;
  const { name, namedBindings, isTypeOnly } = node.importClause;
  if (isTypeOnly) return true;
  return (
    !name &&
    !!namedBindings &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.every((one) => one.isTypeOnly)
  );
}

function specifiersOf(file: string): Pick<Import, "specifier" | "isTypeOnly">[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
  const found: Pick<Import, "specifier" | "isTypeOnly">[] = [];
  const visit = (node: ts.Node): void => {
    const specifier =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
          ? node.arguments[0]
          : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
            ? node.argument.literal
            : undefined;
    if (specifier && ts.isStringLiteralLike(specifier))
      found.push({ specifier: specifier.text, isTypeOnly: isTypeOnly(node) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function importsOf(file: string): Import[] {
  return specifiersOf(file).map(({ specifier, isTypeOnly }) => {
    const isOwn = specifier.startsWith(".");
    const to = isOwn ? join(dirname(file), specifier).replace(/\.js$/, ".ts") : undefined;
    return { from: file, specifier, to, isTypeOnly };
  });
}

/** `src/host/plan.ts` is of the layer `host`, `src/job.ts` of the layer `job`. */
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

const files = [...filesIn("src"), ...filesIn("runtime-layer")];
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

/** Recursive walks of one folder each, whose functions call each other but run nothing while they are loaded. */
const MAY_BE_RECURSIVE = ["codec", "capture"];

// Here types do not count: the parts of a recursive walk take the walker as an argument and name its type, which no file
// has to be loaded for. A cycle of values would make what a file sees depend on which one was loaded first.
it("no file imports itself by way of others", () => {
  const isWithin = ({ from, to }: Import) =>
    layerOf(from) === layerOf(to as string) && MAY_BE_RECURSIVE.includes(layerOf(from));
  const targets = new Map<string, string[]>();
  for (const one of own.filter((candidate) => !candidate.isTypeOnly && !isWithin(candidate)))
    targets.set(one.from, [...(targets.get(one.from) ?? []), one.to as string]);
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

describe("from outside", () => {
  it("come Node's own modules, named with node:, and the packages listed here", () => {
    const builtin = new Set(builtinModules.map((name) => `node:${name}`));
    const wrong = foreign.filter(({ from, specifier }) => {
      if (builtin.has(specifier) || specifier.startsWith("@aws-sdk/")) return false;
      return !(PACKAGES[layerOf(from)] ?? []).includes(specifier);
    });
    expect(wrong.map(shown)).toEqual([]);
  });

  it("come only packages that are dependencies", () => {
    const { dependencies, peerDependencies = {} } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const named = foreign.map(({ specifier }) => specifier).filter((specifier) => !specifier.startsWith("node:"));
    const known = { ...dependencies, ...peerDependencies };
    expect(named.filter((name) => !Object.hasOwn(known, name))).toEqual([]);
  });

  it("the AWS SDK is named by the store, the backend and the deploy code alone", () => {
    const wrong = files
      .filter((file) => !MAY_NAME_AWS.some((pattern) => pattern.test(file)))
      .filter((file) => /@aws-sdk|@smithy/.test(readFileSync(join(root, file), "utf8")));
    expect(wrong).toEqual([]);
  });
});

it("index.ts only passes names on, one by one", () => {
  const source = ts.createSourceFile(
    "index.ts",
    readFileSync(join(root, "src/index.ts"), "utf8"),
    ts.ScriptTarget.Latest,
  );
  for (const statement of source.statements) {
    expect(ts.isExportDeclaration(statement), statement.getText(source)).toBe(true);
    expect((statement as ts.ExportDeclaration).exportClause?.kind).toBe(ts.SyntaxKind.NamedExports);
  }
});

it("no file awaits at its top level, so that require() can load the package", () => {
  const awaiting = files.filter((file) => {
    const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
    let found = false;
    const visit = (node: ts.Node): void => {
      if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
      if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) found = true;
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
  expect(awaiting).toEqual([]);
});
