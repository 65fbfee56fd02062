/** What cannot travel to workers elsewhere, and what to do about it. */
import path from "node:path";
import { CaptureError, InvokeError } from "../errors.js";
import { type System, systemText } from "../wire/system.js";

const ON_WORKER = "put it into a layer of the worker and name it in the option packagesOnWorker";

/** Name of the package that a file or specifier belongs to; undefined for the user's own files. */
export function packageNameOf(name: string): string | undefined {
  const inside = /.*[\\/]node_modules[\\/](.*)$/s.exec(name)?.[1] ?? name;
  if (path.isAbsolute(inside) || /^(\.|file:)/.test(inside)) return undefined;
  return /^(@[^\\/]+[\\/])?[^\\/]+/.exec(inside)?.[0].replace("\\", "/");
}

export function missingPackage(specifier: string, importer: string): CaptureError {
  return new CaptureError({
    path: specifier,
    reason: `the package is loaded here, but is not found from ${importer}, and so cannot be sent to the worker`,
    hint: `Install it there, or ${ON_WORKER}.`,
  });
}

/** @param way names of packages, from the user's own to the one that does not run. */
export function builtForOthers(way: readonly string[], what: string, system: System): CaptureError {
  const [first = ""] = way;
  return new CaptureError({
    path: first,
    reason: `native code of ${[...way].reverse().join(", used by ")} does not run on the worker (${systemText(system)}): ${what}`,
    hint: `Run \`npx nodewren layer ${first}\`, which builds a layer for the worker and names it in the configuration, and then \`npx nodewren deploy\`.`,
  });
}

export function notBuilt(file: string, packages: readonly string[]): CaptureError {
  return new CaptureError({
    path: file,
    reason: `the module is TypeScript, and uses packages that travel as files (${packages.join(", ")}), beside which it must be one that Node runs by itself`,
    hint: "Give the URL of the built file.",
  });
}

const SIZES_SHOWN = 3;

export function tooLarge(
  entries: readonly { specifier: string }[],
  bytes: number,
  diskBytes: number,
  sizes: readonly [name: string, bytes: number][],
): CaptureError {
  const largest = sizes.slice(0, SIZES_SHOWN).map(([name, size]) => `${name} ${mebibytes(size)}`);
  return new CaptureError({
    path: [...new Set(entries.map(({ specifier }) => specifier))].join(", "),
    reason: `the packages that must travel as files take ${mebibytes(bytes)} (${largest.join(", ")}, …), and the worker's disk has ${mebibytes(diskBytes)}`,
    hint: `On Lambda, raise lambda.ephemeralStorageMb and run \`npx nodewren deploy\`; or run \`npx nodewren layer ${sizes[0]?.[0]}\`, which puts the largest into a layer.`,
  });
}

const MIB = 1024 * 1024;

export function mebibytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}

export function unbundled(specifiers: readonly string[], reason: string, cause: unknown): CaptureError {
  const fields = {
    path: specifiers.join(", "),
    reason: `it cannot be sent to the worker: ${reason}`,
    hint: `Fix that, or ${ON_WORKER}.`,
  };
  return new CaptureError(fields, { cause });
}

export function noBundler(specifiers: readonly string[], cause: unknown): InvokeError {
  const names = specifiers.join(", ");
  return new InvokeError(
    `The function uses packages (${names}), for which esbuild looks what workers elsewhere need, and esbuild is not installed: npm install esbuild`,
    { cause },
  );
}
