import { types } from "node:util";
import { isInternal } from "../identity/builtins.js";
import { lookAtFunction } from "../inspect/look.js";
import { sourceOfFunction } from "../source/function-source.js";
import type { Use } from "../source/uses.js";
import type { Loose } from "../types.js";
import { refuseAddedMember } from "./added.js";
import type { HostNode, ProxyLook } from "./graph.js";
import { isCommonJsModule } from "./modules.js";
import { encodeProperty, extensibility, flagsOf, stepTo } from "./properties.js";
import { isPackaged } from "./proxies.js";
import type { Walker } from "./walker.js";

/**
 * Captures just the members that the code uses. A module object holds a whole test runner or notebook, a config object
 * may hold a socket that nobody touches. False when the object has to be captured as a whole.
 */
export function needMember(walker: Walker, node: HostNode, use: Use): boolean {
  const { k } = node.data;
  if (k === "g") checkBuiltin(walker, node, use);
  if (k === "g" || k === "pkg" || k === "ref" || k === "req") return true;
  if (k === "proxy") return needOfProxy(walker, node, use);
  if (k !== "obj" || !isPrunable(node.value)) return false;
  return needOwn(walker, node, use, node.value);
}

function checkBuiltin(walker: Walker, { value, data, step }: HostNode, use: Use): void {
  if (data.path.length === 0 && !types.isModuleNamespaceObject(value))
    refuseAddedMember(walker, value, data.root, use, step);
}

function isPrunable(value: object): boolean {
  if (types.isModuleNamespaceObject(value) || isCommonJsModule(value)) return true;
  const proto = Object.getPrototypeOf(value);
  return proto === null || proto === Object.prototype || isNamespaceLike(proto);
}

/** `__toESM` and its like give an object whose prototype is the exporting object's. */
function isNamespaceLike(proto: object): boolean {
  return !types.isProxy(proto) && Object.getPrototypeOf(proto) === null && proto !== Object.prototype;
}

/** `holder` is the node's own object, or for a proxy what it stands for. */
function needOwn(walker: Walker, node: HostNode, use: Use, holder: object): boolean {
  const [name, ...rest] = use.members as [string, ...string[]];
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  if (!descriptor) return notOwn(node, holder, name);
  if (descriptor.get && isRunnersExports(name, descriptor.get)) {
    put(node, name, walker.need(descriptor.get.call(holder), { ...use, members: rest }, stepTo(node.step, name)));
    return true;
  }
  if (descriptor.get || descriptor.set) {
    if (needsReceiver(descriptor.get) || needsReceiver(descriptor.set)) return false;
    put(node, name, encodeProperty(walker, descriptor, stepTo(node.step, name)));
    return true;
  }
  const isModule = node.proxy?.foreign || isModuleLike(holder);
  if (use.end === "call" && rest.length === 0 && !isModule && needsReceiver(descriptor.value)) return false;
  const encoded = walker.need(descriptor.value, { ...use, members: rest }, stepTo(node.step, name));
  put(node, name, withFlags(holder, descriptor, encoded));
  return true;
}

/** Test runners give CommonJS files a `module` of their own, whose `exports` is a getter in the runner's code. */
function isRunnersExports(name: string, getter: unknown): boolean {
  return name === "exports" && typeof getter === "function" && !types.isProxy(getter) && isPackaged(getter);
}

function withFlags(value: object, descriptor: PropertyDescriptor, encoded: Loose): Loose {
  const bits = flagsOf(descriptor);
  return bits === 7 || types.isModuleNamespaceObject(value) ? encoded : ["d", bits, encoded];
}

/** A member that is not there reads as undefined here and there; one that is inherited may need the whole object. */
function notOwn(node: HostNode, holder: object, name: string): boolean {
  node.partial ??= new Map();
  const proto = Object.getPrototypeOf(holder);
  return proto === null || !(name in proto);
}

function put(node: HostNode, name: string, encoded: Loose): void {
  node.partial ??= new Map();
  node.partial.set(name, encoded);
}

function isModuleLike(value: object): boolean {
  return types.isModuleNamespaceObject(value) || Object.hasOwn(value, "__esModule");
}

/** Whether calling a function as a member may read the object it is called on. */
function needsReceiver(fn: unknown): boolean {
  if (fn === undefined) return false;
  if (typeof fn !== "function") return false;
  if (types.isProxy(fn) || isInternal(fn)) return true;
  const look = lookAtFunction(fn);
  if (look.bound) return false;
  const source = sourceOfFunction(fn, look.location);
  if (!source || source.parts) return !source;
  const { usesThis, usesSuper, directEval } = source.analysis;
  return !source.isArrow && (usesThis || usesSuper || directEval);
}

/** A proxy without a trap for reading gives what its target has; handlers of kernels and test runners do not travel. */
function needOfProxy(walker: Walker, node: HostNode, use: Use): boolean {
  const { reads, foreign, target } = node.proxy as ProxyLook;
  if (reads) return foreign && needThroughProxy(walker, node, use);
  const isWrite = use.end === "write" && use.members.length === 1;
  if ((isWrite && !foreign) || types.isProxy(target) || !isPrunable(target)) return false;
  return needOwn(walker, node, use, target);
}

/** Reads a member through a proxy that a test runner or notebook made; its handler is not the user's code. */
function needThroughProxy(walker: Walker, node: HostNode, use: Use): boolean {
  const [name, ...rest] = use.members as [string, ...string[]];
  const encoded = walker.need(node.value[name], { ...use, members: rest }, stepTo(node.step, name));
  put(node, name, encoded);
  return true;
}

/** Turns the members that were captured into the heap entry, in the object's own order. */
export function finishPartial(node: HostNode): void {
  if (node.whole || !["obj", "proxy"].includes(node.data.k)) return;
  const partial = node.partial ?? new Map<string, Loose>();
  const order = node.data.k === "proxy" ? [...partial.keys()].sort() : Object.getOwnPropertyNames(node.value);
  const entries = order.flatMap((name) => (partial.has(name) ? [name, partial.get(name)] : []));
  const extra =
    node.data.k === "obj" && !types.isModuleNamespaceObject(node.value) ? extensibility(node.value) : undefined;
  const proto = node.data.k === "obj" && Object.getPrototypeOf(node.value) === null ? { proto: null } : {};
  node.data = { k: "obj", ...proto, ...(entries.length > 0 && { p: entries }), ...(extra && { x: extra }) };
}
