import { isOwnPackage } from "../identity/packages.js";
import type { Use } from "../source/uses.js";
import type { Loose } from "../types.js";
import type { Refusal } from "./refuse.js";

/** The file whose `require` this is: each module has its own. */
export function requireOf(fn: Loose): string | undefined {
  if (fn.name !== "require" || typeof fn.resolve !== "function" || typeof fn.cache !== "object") return undefined;
  const paths: string[] | null = fn.resolve.paths?.("x") ?? null;
  const [first] = paths ?? [];
  return first ? `${first.replace(/node_modules$/, "")}noname.js` : undefined;
}

/** A `require` function travels for calls that name a built-in or a package; the refusal for any other use of it. */
export function refusalOfRequire({ members, end, argument }: Use, file: string): Refusal | undefined {
  const isPlain = members.length === 0 || (members.length === 1 && members[0] === "resolve");
  if (!isPlain || end !== "call" || argument === undefined) return refusalOfWholeRequire;
  return refusalOfSpecifier(argument, file);
}

/** Dynamic imports and calls of `require` name what a worker has: built-ins and installed packages. */
export function refusalOfSpecifier(specifier: string, importer: string): Refusal | undefined {
  if (isFile(specifier)) return refusalOfFile(specifier);
  return isOwnPackage(specifier, importer) ? refusalOfOwn(specifier) : undefined;
}

export const refusalOfWholeRequire: Refusal = {
  reason: "it is a require function, and which files it would load, and whether a worker has them, cannot be known",
  cure: "Call require with the name of a built-in or a package written out, or load the module outside.",
};

export function isFile(specifier: string): boolean {
  return /^(\.|\/|#|file:)/.test(specifier);
}

function refusalOfFile(specifier: string): Refusal {
  return {
    reason: `the file ${specifier} is not on the worker`,
    cure: "Import it at the top of your file: what the function uses then travels with it.",
  };
}

function refusalOfOwn(specifier: string): Refusal {
  return {
    reason: `${specifier} is code of your own, of which a worker would load another copy, or has none`,
    cure: "Import it at the top of your file: what the function uses then travels with it.",
  };
}
