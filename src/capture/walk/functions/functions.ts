import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import { naturalNameOf } from "../../graph/natural-name.js";
import type { CodeNode } from "../../graph/node.js";
import { type FunctionInfo, functionInfo, type HostNode, isNode } from "../../graph/node.js";
import { type Step, stepTo } from "../../graph/path.js";
import { isInternal, lazyBuiltinOf } from "../../identity/builtins.js";
import { emitterPartOf } from "../../identity/emitter-parts.js";
import { importerOf, type PackagePath, packageOfFile, packagePathOf } from "../../identity/packages.js";
import { meetRealm } from "../../identity/realms.js";
import { viteFileOf } from "../../identity/vite.js";
import { ownNameOf } from "../../inspect/function-excerpt.js";
import type { FunctionLook } from "../../inspect/look.js";
import { type Script, scriptOf } from "../../inspect/scripts.js";
import type { BoundEntry, ClassEntry, FunctionEntry } from "../../payload/entry.js";
import { type FunctionSource, sourceOfFunction } from "../../source/function-source.js";
import type { Callable } from "../../types.js";
import { placeInClass } from "../classes/arrows-in-class.js";
import { fillClass, meetClass } from "../classes/classes.js";
import { addPrivates } from "../classes/privates.js";
import { refusePatched } from "../packages/patched-prototypes.js";
import { requireOf } from "../packages/requires.js";
import { meetNamed } from "../values/named-by-node.js";
import { registerPrototype } from "../values/prototypes.js";
import { refusalOfInternal } from "../values/refusals.js";
import { arrowReceiver } from "./arrow-this.js";
import { addReferences } from "./bindings.js";
import { fillFunctionProperties, naturalLength, naturalPrototypeOf } from "./function-properties.js";
import { refuseForms } from "./unsupported-syntax.js";
import { meetWrapped } from "./wrapped-by-node.js";

/** Enters a function: bound, a package's, a class, or code of the user's. */
export function meetFunction(walker: WalkContext, fn: Callable, step: Step): HostNode {
  const look = walker.session.look(fn);
  if (look.bound) return meetBound(walker, fn, step, look.bound);
  if (isInternal(fn)) return meetInternal(walker, fn, step);
  const script = look.location && scriptOf(look.location.scriptId);
  const fromPackage = script && packagePathFor(walker, fn, script);
  if (fromPackage) return walker.addPackage(fn, step, fromPackage);
  return meetOwn(walker, fn, step, look, script);
}

/** The export of a package that travels by reference. A package may have made it of text that is in none of its files. */
function packagePathFor(walker: WalkContext, fn: Callable, { url, isModule }: Script): PackagePath | undefined {
  if (url === "") return walker.pathFromImports(fn);
  const { importer, travel } = walker.options;
  if (packageOfFile(url) === undefined || travel.isByValue(url)) return undefined;
  return walker.pathFromImports(fn) ?? packagePathOf(fn, url, isModule, importerOf(importer));
}

function meetBound(walker: WalkContext, fn: Callable, step: Step, bound: NonNullable<FunctionLook["bound"]>): HostNode {
  const entry: BoundEntry<HostNode> = { kind: "bound", target: null, self: null, arguments: [] };
  const node = walker.addNode(fn, step, entry);
  node.fill = () => {
    const target = walker.encode(bound.target, { from: step, text: " (bound function)" });
    entry.target = target;
    entry.self = walker.encode(bound.self, { from: step, text: " (bound this)" });
    entry.arguments = bound.args.map((arg, index) =>
      walker.encode(arg, { from: step, text: ` (bound argument ${index})` }),
    );
    node.needs.push(...[entry.target, entry.self, ...entry.arguments].filter(isNode));
    const proto: unknown = Object.getPrototypeOf(fn);
    if (proto !== prototypeOfBound(target)) entry.latePrototype = walker.encode(proto, stepTo(step, "__proto__"));
    const name = nameWhenBound(bound.target);
    if (Object.getOwnPropertyDescriptor(fn, "name")?.value === name) entry.isNamed = true;
    fillFunctionProperties(walker, node, { name, length: undefined, hasPrototype: false });
  };
  return node;
}

/** As binding gives it. It is not written out, as the names of long chains of bound functions are long. */
function nameWhenBound(target: Callable): string | undefined {
  const own = types.isProxy(target) ? undefined : Object.getOwnPropertyDescriptor(target, "name");
  return typeof own?.value === "string" ? `bound ${own.value}` : undefined;
}

/** The prototype that binding gives on the worker, which is the target's at that time; undefined when that may vary. */
function prototypeOfBound({ entry, fn, value }: HostNode): unknown {
  if (entry.kind === "function" && fn) return naturalPrototypeOf(fn.source);
  return entry.kind === "builtin" ? Object.getPrototypeOf(value) : undefined;
}

function meetInternal(walker: WalkContext, fn: Callable, step: Step): HostNode {
  const required = requireOf(fn);
  if (required) return walker.addNode(fn, step, { kind: "require", file: required });
  const lazy = lazyBuiltinOf(fn) ?? emitterPartOf(fn);
  if (lazy) return walker.addNode(fn, step, { kind: "builtin", ...lazy });
  return meetNamed(walker, fn, step) ?? meetWrapped(walker, fn, step) ?? walker.refuse(step, refusalOfInternal(fn));
}

function meetOwn(
  walker: WalkContext,
  fn: Callable,
  step: Step,
  look: FunctionLook,
  script: Script | undefined,
): HostNode {
  const source = sourceOfFunction(fn, look.location);
  if (!source) return refuseText(walker, step);
  meetRealm(look, script);
  return source.parts
    ? meetOwnClass(walker, fn, step, infoOf(fn, source, look, script))
    : meetOwnFunction(walker, fn, step, infoOf(fn, source, look, script));
}

function meetOwnClass(walker: WalkContext, fn: Callable, step: Step, info: FunctionInfo): HostNode {
  const node = walker.addNode(fn, step, { kind: "class" } as ClassEntry<HostNode>);
  addInfo(walker, node, info);
  meetClass(node);
  node.fill = () => fillClass(walker, node);
  return node;
}

function meetOwnFunction(walker: WalkContext, fn: Callable, step: Step, info: FunctionInfo): HostNode {
  const node = walker.addNode(fn, step, { kind: "function" } as FunctionEntry<HostNode>);
  addInfo(walker, node, info);
  node.fill = () => fillFunction(walker, node);
  return node;
}

function addInfo(walker: WalkContext, node: CodeNode, info: FunctionInfo): void {
  node.fn = info;
  node.bytes = Buffer.byteLength(info.source.text);
  registerPrototype(walker, node, info.source);
}

function refuseText(walker: WalkContext, step: Step): never {
  return walker.refuse(step, {
    reason: "its source text cannot be read, or is nested too deeply to be read",
    hint: "Write it as an ordinary function, and a very long expression as a loop over an array.",
  });
}

function infoOf(fn: Callable, source: FunctionSource, look: FunctionLook, script: Script | undefined): FunctionInfo {
  const strict =
    script?.isModule || Boolean(source.parts) || (source.surroundings()?.strict ?? !Object.hasOwn(fn, "caller"));
  const importedFiles = source.analysis.imports.map((one) => viteFileOf(one, script?.url ?? ""));
  return functionInfo({ fn, name: ownNameOf(fn), source, look, script, strict, importedFiles });
}

function fillFunction(walker: WalkContext, node: CodeNode): void {
  const info = node.fn as FunctionInfo;
  refuseForms(walker, node.step, info);
  refusePatched(walker, node.step, info);
  addReferences(walker, node);
  placeInClass(walker, node);
  arrowReceiver(walker, node);
  const natural = naturalPrototypeOf(info.source);
  const proto: unknown = Object.getPrototypeOf(node.value);
  if (proto !== natural) node.entry.latePrototype = walker.encode(proto, stepTo(node.step, "__proto__"));
  const hasPrototype = Object.hasOwn(node.value, "prototype");
  fillFunctionProperties(walker, node, {
    name: naturalNameOf(info),
    length: naturalLength(info.source.functionNode?.params ?? []),
    hasPrototype,
  });
  addPrivates(walker, node);
}
