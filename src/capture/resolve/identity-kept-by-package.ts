import { fileURLToPath } from "node:url";
import { types } from "node:util";
import type { WalkContext } from "../graph/context.js";
import type { HostNode } from "../graph/node.js";
import { exportsOf } from "../identity/exported.js";
import { packageOfFile } from "../identity/packages.js";
import { type Script, scriptOf } from "../inspect/scripts.js";
import { isObject } from "../is-object.js";
import { packageFolderOf } from "../packages/package-folder.js";
import { isSharedKind } from "../payload/entry.js";
import type { CaptureSession } from "../session.js";
import { identitiesIn } from "../source/identities.js";
import type { Callable } from "../types.js";
import { methodOf } from "../walk/packages/package-export.js";

/** Code of a package, with the variables that it sees. */
interface Code {
  script: Script;
  variables: [name: string, value: unknown][];
}

/**
 * What a package keeps in its variables is there on a worker, too. A copy of it beside that would be another object,
 * which the package's own code would not know again.
 */
export function refuseKept(walker: WalkContext): void {
  const kept = walker.nodes.flatMap((node) => referredCode(walker.session, node));
  if (kept.length === 0) return;
  const packages = new Set(kept.map(({ script }) => packageFolderOf(script.url)));
  const copied = walker.nodes.flatMap(copiedCode).filter(({ script }) => packages.has(packageFolderOf(script.url)));
  for (const code of [...kept, ...copied]) checkVariables(walker, code);
  for (const { script, variables } of kept)
    for (const [, value] of variables) if (isObject(value)) checkKeys(walker, value, script);
}

function referredCode(session: CaptureSession, { entry, value }: HostNode): Code[] {
  if (entry.kind !== "package" || !isObject(value) || types.isProxy(value)) return [];
  const code = typeof value === "function" ? (value as Callable) : methodOf(value);
  return code ? codeOf(session, code) : [];
}

function codeOf(session: CaptureSession, fn: Callable): Code[] {
  const { location, scopes, bound } = session.look(fn);
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

function checkVariables(walker: WalkContext, { script, variables }: Code): void {
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

function isCopied(walker: WalkContext, value: unknown): boolean {
  const node = isObject(value) || typeof value === "symbol" ? walker.known(value) : undefined;
  if (!node) return false;
  return node.entry.kind === "symbol" ? node.entry.from === "program" : !isSharedKind(node.entry);
}

/** A package may know objects again by keeping them in a collection; what it keeps of functions are mostly caches. */
function checkKeys(walker: WalkContext, collection: object, script: Script): void {
  const has = types.isProxy(collection) ? undefined : HAS.find(([isKind]) => isKind(collection))?.[1];
  if (!has) return;
  const found = walker.nodes.find(
    ({ value }) =>
      isObject(value) && typeof value !== "function" && isCopied(walker, value) && has.call(collection as never, value),
  );
  if (found) refuse(walker, found.value, script, undefined);
}

const HAS: [(value: unknown) => boolean, (this: never, value: object) => boolean][] = [
  [types.isWeakMap, WeakMap.prototype.has],
  [types.isWeakSet, WeakSet.prototype.has],
  [types.isMap, Map.prototype.has],
  [types.isSet, Set.prototype.has],
];

function refuse(walker: WalkContext, value: unknown, { url }: Script, name: string | undefined): never {
  const node = walker.known(value) as HostNode;
  const what = name === undefined ? "it" : `${name}, which it is,`;
  return walker.refuse(node.step, {
    reason: `the package ${packageOfFile(url)} keeps ${what} to itself and knows it by its identity, which a copy does not have`,
    hint: "Make it inside the function, from plain data; or name the function by { module, name }.",
    packageScript: url,
  });
}
