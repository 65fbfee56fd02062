/** One source of the cases, compiled as each tool compiles a user's code. */
import { join } from "node:path";
import { buildSync, transformSync } from "esbuild";
import ts from "typescript";
import type { Copy } from "./workshop.js";

const isTypeScript = (name: string) => name.endsWith(".ts");
const isScript = (name: string) => name.endsWith(".js");
const asJavaScript = (name: string) => name.replace(/\.ts$/, ".js");
/** Top-level await and import.meta have no form in CommonJS. */
const isModuleOnly = (name: string) => name === "esm-only.js";

export const plain: Copy = {
  type: "module",
  change: (name, text) => (isTypeScript(name) ? undefined : [name, text]),
};

/** Every file becomes TypeScript, which tsx and vitest then compile while it runs. */
export const typescript = (type: Copy["type"]): Copy => ({
  type,
  change(name, text) {
    if (type === "commonjs" && isModuleOnly(name)) return undefined;
    return isScript(name) ? [name.replace(/\.js$/, ".ts"), `// @ts-nocheck\n${text}`] : [name, text];
  },
});

/** What esbuild makes of a single file. */
export const esbuildCommonJs: Copy = {
  type: "commonjs",
  change(name, text) {
    if (isModuleOnly(name) || isTypeScript(name)) return undefined;
    if (!isScript(name)) return [name, text];
    return [name, transformSync(text, { format: "cjs", target: "node20", sourcefile: name }).code];
  },
};

export const tsc = (type: Copy["type"], target = ts.ScriptTarget.ES2022): Copy => ({
  type,
  change(name, text) {
    if (type === "commonjs" && isModuleOnly(name)) return undefined;
    if (!isScript(name) && !isTypeScript(name)) return [name, text];
    return [asJavaScript(name), transpile(name, text, type, target)];
  },
});

function transpile(name: string, text: string, type: Copy["type"], target: ts.ScriptTarget): string {
  const { outputText } = ts.transpileModule(text, {
    fileName: name.replace(/\.js$/, ".ts"),
    compilerOptions: {
      target,
      module: type === "module" ? ts.ModuleKind.ES2022 : ts.ModuleKind.CommonJS,
      esModuleInterop: true,
      useDefineForClassFields: true,
      experimentalDecorators: type === "commonjs",
      inlineSourceMap: true,
    },
  });
  return outputText;
}

/** What users put before a bundle of ES modules, so that CommonJS parts inside find their `require`. */
const REQUIRE_BANNER = `import { createRequire as bannerRequire } from "node:module"; const require = bannerRequire(import.meta.url);`;

export interface BundleOptions {
  packages?: "external" | "bundle";
  minify?: boolean;
}

/** Before ES2022 private fields become WeakMaps. */
export const tscOld: Copy = tsc("commonjs", ts.ScriptTarget.ES2019);

/** One file of everything: the user's modules inside, and the packages too if `packages` says so. */
export function bundle(folder: string, format: "esm" | "cjs", options: BundleOptions): string {
  const outfile = join(folder, format === "esm" ? "bundle.mjs" : "bundle.cjs");
  buildSync({
    entryPoints: [join(folder, "all.ts")],
    outfile,
    format,
    bundle: true,
    platform: "node",
    target: "node20",
    sourcemap: "inline",
    logLevel: "error",
    banner: { js: format === "esm" ? REQUIRE_BANNER : "" },
    ...options,
  });
  return outfile;
}
