import type { WalkContext } from "../../graph/context.js";
import type { HostNode } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import { builtinSymbol } from "../../identity/builtins.js";
import { emitterPartOf } from "../../identity/emitter-parts.js";
import { packageThatMayMake } from "../../identity/required.js";
import type { SharedEntry } from "../../payload/entry.js";
import { UNDEFINED } from "../../payload/entry.js";
import type { KnownPackages } from "../packages/known-packages.js";
import { foreignSymbol } from "./refusals.js";

/** A symbol is the same on a worker where something leads to it there: a registry, the language, Node, a package. */
export function symbolEntry(
  walker: Pick<WalkContext, "refuse">,
  packages: KnownPackages,
  value: symbol,
  step: Step,
): SharedEntry<HostNode> {
  const key = Symbol.keyFor(value);
  if (key !== undefined) return { kind: "symbol", from: "registry", key };
  const { description } = value;
  const name = description?.replace(/^Symbol\./, "") ?? "";
  if (isWellKnown(name, value)) return { kind: "symbol", from: "language", name };
  const builtin = builtinSymbol(value) ?? emitterPartOf(value);
  if (builtin) return { kind: "builtin", ...builtin };
  const found = packages.importedPath(value) ?? packages.requiredPath(value);
  if (found) return packages.entryOf(found);
  const maker = packageThatMayMake(value);
  if (maker !== undefined) walker.refuse(step, foreignSymbol(maker));
  return { kind: "symbol", from: "program", description: description ?? UNDEFINED };
}

/** A program may add symbols of its own to `Symbol`; the engine's are read-only there. */
function isWellKnown(name: string, value: symbol): boolean {
  const own = Object.getOwnPropertyDescriptor(Symbol, name);
  return own?.value === value && own.writable === false;
}
