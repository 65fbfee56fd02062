import { isInternal, lazyBuiltinOf } from "../identity/builtins.js";
import { importerOf, packageOfFile, packagePathOf } from "../identity/packages.js";
import { meetRealm } from "../identity/realms.js";
import { type FunctionLook, lookAtFunction } from "../inspect/look.js";
import { type Script, scriptOf } from "../inspect/scripts.js";
import { type FunctionSource, sourceOfFunction } from "../source/function-source.js";
import type { Callable, Loose } from "../types.js";
import { addReferences } from "./bindings.js";
import { fillClass, meetClass } from "./classes.js";
import { refuseForms } from "./forms.js";
import { fillFunctionProperties, naturalLength, naturalPrototypeOf } from "./function-properties.js";
import { type FunctionInfo, functionInfo, type HostNode, isNode, type Step } from "./graph.js";
import { placeInClass } from "./inside.js";
import { naturalNameOf } from "./names.js";
import { refusePatched } from "./patched.js";
import { addPrivates } from "./privates.js";
import { stepTo } from "./properties.js";
import { registerPrototype } from "./prototypes.js";
import { arrowReceiver } from "./receiver.js";
import { refusalOfInternal } from "./refuse.js";
import { requireOf } from "./requires.js";
import type { Walker } from "./walker.js";

/** Enters a function: bound, a package's, a class, or code of the user's. */
export function meetFunction(walker: Walker, fn: Callable, step: Step): HostNode {
  const look = lookAtFunction(fn);
  if (look.bound) return meetBound(walker, fn, step, look.bound);
  if (isInternal(fn)) return meetInternal(walker, fn, step);
  const script = look.location && scriptOf(look.location.scriptId);
  const fromPackage = script && packageOfFile(script.url) && meetPackaged(walker, fn, step, script);
  return fromPackage || meetOwn(walker, fn, step, look, script);
}

function meetBound(walker: Walker, fn: Callable, step: Step, bound: NonNullable<FunctionLook["bound"]>): HostNode {
  const node = walker.addNode(fn, step, { k: "bound" });
  (node as Loose).fill = () => {
    const { data } = node;
    data.target = walker.encode(bound.target, { from: step, text: " (bound function)" });
    data.self = walker.encode(bound.self, { from: step, text: " (bound this)" });
    data.args = bound.args.map((arg, index) => walker.encode(arg, { from: step, text: ` (bound argument ${index})` }));
    node.needs.push(...[data.target, data.self, ...data.args].filter(isNode));
    const proto = Object.getPrototypeOf(fn);
    if (proto !== prototypeOfBound(data.target)) data.late = walker.encode(proto, stepTo(step, "__proto__"));
    fillFunctionProperties(walker, node, { name: undefined, length: undefined, hasPrototype: false });
  };
  return node;
}

/** The prototype that binding gives on the worker, which is the target's at that time; undefined when that may vary. */
function prototypeOfBound({ data, fn, value }: HostNode): unknown {
  if (data.k === "fn" && fn) return naturalPrototypeOf(fn.source);
  return data.k === "g" ? Object.getPrototypeOf(value) : undefined;
}

function meetInternal(walker: Walker, fn: Callable, step: Step): HostNode {
  const required = requireOf(fn);
  if (required) return walker.addNode(fn, step, { k: "req", file: required });
  const lazy = lazyBuiltinOf(fn);
  if (lazy) return walker.addNode(fn, step, { k: "g", ...lazy });
  return walker.refuse(step, refusalOfInternal(fn));
}

function meetPackaged(walker: Walker, fn: Callable, step: Step, script: Script): HostNode | undefined {
  const found =
    walker.importRoots.pathTo(fn) ??
    packagePathOf(fn, script.url, script.isModule, importerOf(walker.options.importer));
  return found && walker.addPackage(fn, step, found);
}

function meetOwn(walker: Walker, fn: Callable, step: Step, look: FunctionLook, script: Script | undefined): HostNode {
  const source = sourceOfFunction(fn, look.location);
  if (!source) return refuseText(walker, step);
  meetRealm(look.scopes);
  const node = walker.addNode(fn, step, { k: source.parts ? "cls" : "fn" });
  node.fn = infoOf(fn, source, look, script);
  node.bytes = Buffer.byteLength(source.text);
  registerPrototype(walker, node, source);
  if (source.parts) meetClass(node);
  (node as Loose).fill = () => (source.parts ? fillClass(walker, node) : fillFunction(walker, node));
  return node;
}

function refuseText(walker: Walker, step: Step): never {
  return walker.refuse(step, {
    reason: "its source text cannot be read, or is nested too deeply to be read",
    cure: "Write it as an ordinary function, and a very long expression as a loop over an array.",
  });
}

function infoOf(fn: Callable, source: FunctionSource, look: FunctionLook, script: Script | undefined): FunctionInfo {
  const strict =
    script?.isModule || Boolean(source.parts) || (source.surroundings()?.strict ?? !Object.hasOwn(fn, "caller"));
  return functionInfo({ fn, source, look, script, strict });
}

function fillFunction(walker: Walker, node: HostNode): void {
  const info = node.fn as FunctionInfo;
  refuseForms(walker, node.step, info);
  refusePatched(walker, node.step, info);
  addReferences(walker, node);
  placeInClass(walker, node);
  arrowReceiver(walker, node);
  const natural = naturalPrototypeOf(info.source);
  const proto = Object.getPrototypeOf(node.value);
  if (proto !== natural) node.data.late = walker.encode(proto, stepTo(node.step, "__proto__"));
  const parsed = info.source.parsed;
  const hasPrototype = Object.hasOwn(node.value, "prototype");
  fillFunctionProperties(walker, node, {
    name: naturalNameOf(info),
    length: naturalLength(parsed.node.params),
    hasPrototype,
  });
  addPrivates(walker, node);
}
