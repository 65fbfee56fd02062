import { fileURLToPath } from "node:url";
import { types } from "node:util";
import { exportsOf } from "../identity/exported.js";
import { packageOfFile } from "../identity/packages.js";
import { lookAtFunction } from "../inspect/look.js";
import { type Script, scriptOf } from "../inspect/scripts.js";
import { identitiesIn } from "../source/identities.js";
import type { Callable } from "../types.js";
import type { HostNode } from "./graph.js";
import { methodOf } from "./packaged.js";
import { isObject, type Walker } from "./walker.js";

/** Code of a package, with the variables that it sees. */
interface Code {
  script: Script;
  variables: [name: string, value: unknown][];
}

/**
 * What a package keeps in its variables is there on a worker, too. A copy of it beside that would be another object,
 * which the package's own code would not know again.
 */
export function refuseKept(walker: Walker): void {
  const kept = walker.nodes.flatMap(referredCode);
  if (kept.length === 0) return;
  const packages = new Set(kept.map(({ script }) => folderOf(script)));
  const copied = walker.nodes.flatMap(copiedCode).filter(({ script }) => packages.has(folderOf(script)));
  for (const code of [...kept, ...copied]) checkVariables(walker, code);
  for (const { script, variables } of kept)
    for (const [, value] of variables) if (isObject(value)) checkKeys(walker, value, script);
}

function referredCode({ data, value }: HostNode): Code[] {
  if (data.k !== "pkg" || !isObject(value) || types.isProxy(value)) return [];
  const code = typeof value === "function" ? (value as Callable) : methodOf(value);
  return code ? codeOf(code) : [];
}

function codeOf(fn: Callable): Code[] {
  const { location, scopes, bound } = lookAtFunction(fn);
  const script = location && scriptOf(location.scriptId);
  if (!script || bound || !packageOfFile(script.url)) return [];
  const own = scopes.filter(({ description }) => !/^(Global|Script|With)/.test(description));
  return [{ script, variables: own.flatMap(({ values }) => Object.entries(values)) }];
}

function copiedCode({ fn }: HostNode): Code[] {
  if (!fn?.script || !packageOfFile(fn.script.url)) return [];
  const ofModule = fn.references.filter(({ view }) => fn.look.scopes[view]?.description === "Module");
  return [{ script: fn.script, variables: ofModule.map(({ name, value }) => [name, value]) }];
}

/** The package's folder, so that two versions of a package are two packages. */
function folderOf({ url }: Script): string {
  const name = packageOfFile(url) ?? "";
  return url.slice(0, url.lastIndexOf(`node_modules/${name}/`) + name.length);
}

function checkVariables(walker: Walker, { script, variables }: Code): void {
  const copies = variables.filter(([, value]) => isCopied(walker, value));
  if (copies.length === 0) return;
  const { compared, classes } = identitiesIn(script.scriptId);
  for (const [name, value] of copies) {
    const isTold = typeof value === "function" ? classes.has(name) : compared.has(name);
    if (isTold || (typeof value === "symbol" && !isExported(value, script))) refuse(walker, value, script, name);
  }
}

function isExported(value: symbol, { url }: Script): boolean {
  const exported = exportsOf(url.startsWith("file:") ? fileURLToPath(url) : url);
  return Object.values(exported ?? {}).includes(value);
}

function isCopied(walker: Walker, value: unknown): boolean {
  const node = isObject(value) || typeof value === "symbol" ? walker.known(value) : undefined;
  if (node?.data.k === "sym") return node.data.how === "new";
  return node !== undefined && !/^(pkg|g|ref|req)$/.test(node.data.k);
}

/** A package may know objects again by keeping them in a collection; what it keeps of functions are mostly caches. */
function checkKeys(walker: Walker, collection: object, script: Script): void {
  const has = types.isProxy(collection) ? undefined : HAS.find(([isKind]) => isKind(collection))?.[1];
  if (!has) return;
  const found = walker.nodes.find(
    ({ value }) => typeof value !== "function" && isCopied(walker, value) && has.call(collection as never, value),
  );
  if (found) refuse(walker, found.value, script, undefined);
}

const HAS: [(value: unknown) => boolean, (this: never, value: object) => boolean][] = [
  [types.isWeakMap, WeakMap.prototype.has],
  [types.isWeakSet, WeakSet.prototype.has],
  [types.isMap, Map.prototype.has],
  [types.isSet, Set.prototype.has],
];

function refuse(walker: Walker, value: unknown, { url }: Script, name: string | undefined): never {
  const node = walker.known(value) as HostNode;
  const what = name === undefined ? "it" : `${name}, which it is,`;
  return walker.refuse(node.step, {
    reason: `the package ${packageOfFile(url)} keeps ${what} to itself and knows it by its identity, which a copy does not have`,
    cure: "Make it inside the function, from plain data.",
  });
}
