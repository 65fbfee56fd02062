import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { ReachedKeys } from "../../graph/reached-keys.js";
import { builtinOf, builtinSymbol } from "../../identity/builtins.js";
import { importerOf, packageOfFile, packagePathOf } from "../../identity/packages.js";
import { lookAtFunction } from "../../inspect/look.js";
import { scriptOf } from "../../inspect/scripts.js";
import type { Callable } from "../../types.js";

/**
 * The walk stops at what a worker has by itself: built-ins and packages, whose members captured code reaches without
 * their being met. So keys of weak collections that are such count as reached. False when there is none that is new. `imports` counts
 * the imports of the captured modules, for which these are parsed.
 */
export function encodeSharedKeys(walker: WalkContext, keys: ReachedKeys, imports: () => number): boolean {
  if (!keys.areWaiting) return false;
  const found = keys.waitingKeys(imports()).flatMap(({ key, step }) => {
    const place = typeof key === "symbol" ? placeOfSymbol(walker, key) : placeOf(walker, key as object);
    return place ? [{ key, step, place: JSON.stringify(place) }] : [];
  });
  // In an order that is the same each time, unlike that of the engine.
  found.sort((a, b) => (a.place < b.place ? -1 : 1));
  for (const { key, step } of found) walker.encode(key, { from: step, text: ".keys()" });
  return found.length > 0;
}

function placeOf(walker: WalkContext, key: object): unknown {
  if (types.isProxy(key)) return walker.pathFromImports(key);
  return (
    builtinOf(key) ??
    walker.pathFromImports(key) ??
    walker.requiredPath(key) ??
    (typeof key === "function" ? placeInPackage(walker, key as Callable) : undefined)
  );
}

function placeInPackage({ options }: WalkContext, fn: Callable): unknown {
  const { location } = lookAtFunction(fn);
  const script = location && scriptOf(location.scriptId);
  if (!script || !packageOfFile(script.url) || options.travel.isByValue(script.url)) return undefined;
  return packagePathOf(fn, script.url, script.isModule, importerOf(options.importer));
}

function placeOfSymbol(walker: WalkContext, key: symbol): unknown {
  const name = key.description?.replace(/^Symbol\./, "") ?? "";
  const isWellKnown = Object.getOwnPropertyDescriptor(Symbol, name)?.value === key;
  return isWellKnown ? { symbol: name } : (builtinSymbol(key) ?? walker.requiredPath(key));
}
