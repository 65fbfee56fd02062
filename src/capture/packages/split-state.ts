import { types } from "node:util";
import { CaptureError } from "../../errors.js";
import { once } from "../../util/once.js";
import type { WalkContext } from "../graph/context.js";
import type { FunctionInfo, HostNode, Reference } from "../graph/node.js";
import { pathText, type Step } from "../graph/path.js";
import { variableStep } from "../graph/variable.js";
import { isOfEveryone } from "../identity/exported.js";
import { type PackagePath, packageOfFile } from "../identity/packages.js";
import { lookAtFunction } from "../inspect/look.js";
import { liveScriptAt, type Script, sourceOf } from "../inspect/scripts.js";
import { isObject } from "../is-object.js";
import { parsedScript } from "../source/script.js";
import { folderOfNode, isCopied } from "./captured-node.js";
import { exportedObjects } from "./exported-objects.js";
import { heldBy } from "./held-objects.js";
import { lateMember } from "./late-members.js";
import type { Look } from "./look.js";
import { packageFolderOf } from "./package-folder.js";
import { NeedsByValue, NeedsReference } from "./settle-travel.js";
import { keyOf, type VariableChanges, variableChangesIn } from "./variable-changes.js";

/** Something of a package that would be there twice on a worker: once by value, and once in the package's own copy. */
interface Split {
  folder: string;
  step: Step;
  reason: string;
  /** Objects that may travel by reference instead. */
  exported?: ReadonlyMap<object, PackagePath> | undefined;
}

/**
 * A package whose exports travel by reference has its own variables on a worker. Where captured code of the package brings
 * a variable along, or an object that the package holds as well, what one of both changes the other does not see.
 */
export function refuseSplit(walker: WalkContext): void {
  const splits = [...packagesIn(walker).values()].flatMap((one) => splitIn(walker, one) ?? []);
  const [first] = splits;
  if (!first) return;
  // What needs a package that travels by value does so, too: one that has to is most often not alone.
  if (splits.every(({ exported }) => exported))
    throw new NeedsReference(new Map(splits.flatMap(({ exported }) => [...(exported ?? [])])));
  const fields = { path: pathText(first.step) || "the function", reason: first.reason, hint: HINT };
  throw new NeedsByValue(
    splits.map(({ folder }) => folder),
    new CaptureError({ ...fields, ...walker.options.describe() }),
  );
}

const HINT = "Make it inside the function, from plain data; or name the function by { module, name }.";

/** What a capture holds of one package. */
interface Captured {
  folder: string;
  name: string;
  /** By reference. */
  exports: HostNode[];
  /** Its functions that travel by value. */
  code: HostNode[];
  /** Objects that travel by value, with a prototype of the package. */
  instances: HostNode<object>[];
  objects: readonly HostNode<object>[];
}

function packagesIn(walker: WalkContext): Map<string, Captured> {
  const found = new Map<string, Captured>();
  const { nodes } = walker;
  const objects = nodes.filter(
    (node): node is HostNode<object> => isCopied(node) && typeof node.value === "object" && node.value !== null,
  );
  for (const node of nodes) {
    const folder = folderOfNode(walker, node);
    if (folder === undefined) continue;
    const known = found.get(folder);
    if (known) known.exports.push(node);
    else found.set(folder, { folder, name: nameOf(folder), exports: [node], code: [], instances: [], objects });
  }
  for (const node of nodes) {
    const url = node.fn?.script?.url;
    if (url) found.get(packageFolderOf(url) ?? "")?.code.push(node);
  }
  const owners = new Map([...found.values()].flatMap((one) => one.exports.map(({ value }) => [value, one] as const)));
  for (const node of objects) owners.get(prototypeOf(node.value))?.instances.push(node);
  return found;
}

function nameOf(folder: string): string {
  return packageOfFile(`${folder}/`) ?? folder;
}

function prototypeOf(value: object): unknown {
  return types.isProxy(value) ? undefined : Object.getPrototypeOf(value);
}

function splitIn(walker: WalkContext, captured: Captured): Split | undefined {
  if (captured.code.length === 0 && captured.instances.length === 0) return undefined;
  const constants = new Set<unknown>();
  for (const node of captured.code) {
    for (const reference of node.fn?.references ?? []) {
      const found = splitVariable(captured, node.fn as FunctionInfo, reference, constants);
      if (found) return { folder: captured.folder, step: variableStep(node.step, reference.name), reason: found };
    }
  }
  return unfilled(walker, captured) ?? heldObject(walker, captured, constants);
}

/** An instance whose prototype the package fills when it makes its first one, which a worker may never do. */
function unfilled(walker: WalkContext, { folder, name, exports, instances }: Captured): Split | undefined {
  const prototypes = exports.filter((node): node is HostNode<object> =>
    instances.some(({ value }) => prototypeOf(value) === node.value),
  );
  const late = lateMember(walker, folder, prototypes, textAround);
  const first = instances.find(({ value }) => prototypes.some((node) => prototypeOf(value) === node.value));
  if (late === undefined || !first) return undefined;
  const reason = `its prototype gets the member ${late} when the package ${name} makes the first object of the kind, which a worker may not have done`;
  return { folder, step: first.step, reason };
}

/** The text of the script that a prototype's class is in. */
function textAround({ value }: HostNode<object>): string {
  const { location } = lookAtFunction(value.constructor);
  return location ? sourceOf(location.scriptId) : "";
}

/** Why a variable of the package's cannot be there twice; a constant that nobody changes is noted as such. */
function splitVariable(
  { name: packageName }: Captured,
  info: FunctionInfo,
  { name, view, value }: Reference,
  constants: Set<unknown>,
): string | undefined {
  const changes = view < 0 ? undefined : changesOf(info, name);
  if (!changes) return undefined;
  if (changes.assigned)
    return `the package ${packageName} keeps its state in this variable, which a copy would not share`;
  if (typeof value !== "object" || value === null || types.isModuleNamespaceObject(value)) return undefined;
  if (isOfEveryone(value)) return undefined;
  if (changes.written || (isMutable(value) && (changes.called || changes.handedOn)))
    return `the package ${packageName} keeps its state in this object, which a copy would not share`;
  constants.add(value);
  return undefined;
}

/** Whether an object is made to be changed, and not a table of constants. */
function isMutable(value: object): boolean {
  if (types.isProxy(value)) return true;
  if (types.isMap(value) || types.isSet(value) || types.isWeakMap(value) || types.isWeakSet(value)) return true;
  const proto = Object.getPrototypeOf(value);
  return proto !== null && proto !== Object.prototype && proto !== Array.prototype && proto !== RegExp.prototype;
}

/** What the package's code does with the variable; an import is followed to the module that declares it. */
function changesOf(info: FunctionInfo, name: string): VariableChanges | undefined {
  const scope = (info.source.surroundings()?.scopes ?? []).find(({ names }) => names.has(name));
  if (!scope || !info.script) return undefined;
  const here = variableChangesIn(info.script.scriptId).get(keyOf(scope, name));
  if (scope.names.get(name)?.kind !== "import") return here;
  const there = changesOfImport(info.script, name);
  return here && there ? union(here, there) : (here ?? there);
}

function changesOfImport(script: Script, name: string): VariableChanges | undefined {
  const declared = parsedScript(script.scriptId)?.imports.get(name);
  if (!declared?.specifier.startsWith(".")) return undefined;
  const { href } = new URL(declared.specifier, script.url);
  const target = liveScriptAt(href);
  return target && variableChangesIn(target.scriptId).get(`0 ${declared.imported}`);
}

function union(a: VariableChanges, b: VariableChanges): VariableChanges {
  return {
    assigned: a.assigned || b.assigned,
    written: a.written || b.written,
    called: a.called || b.called,
    handedOn: a.handedOn || b.handedOn,
  };
}

/** An object that travels by value, and that the package holds by itself: in a pool, a registry, a cache. */
function heldObject(
  { session, options }: WalkContext,
  { folder, name, exports, objects }: Captured,
  constants: ReadonlySet<unknown>,
): Split | undefined {
  const candidates = objects.filter(({ value }) => !constants.has(value));
  if (candidates.length === 0) return undefined;
  const roots = exports.flatMap(({ value }) => (isObject(value) ? [value, ...methodsOf(value)] : []));
  const look: Look = (fn) => session.look(fn);
  const held = heldBy(folder, roots, look);
  const known = once(() => heldBy("", constants, look));
  const found = candidates.filter(({ value }) => held(value) && !known()(value));
  const [first] = found;
  if (!first) return undefined;
  const reason = `the package ${name} holds it as well, and would not know a copy of it again`;
  return { folder, step: first.step, reason, exported: exportedObjects(folder, options.importer, found) };
}

/** Methods lead to the variables around them. */
function methodsOf(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return [];
  return Object.values(Object.getOwnPropertyDescriptors(value))
    .flatMap((own) => [own.get, own.set])
    .filter(Boolean);
}
