import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { GraphEncoded, HostNode, ProxyLook } from "../../graph/node.js";
import { stepTo } from "../../graph/path.js";
import { isInternal } from "../../identity/builtins.js";
import { lookAtFunction } from "../../inspect/look.js";
import { isObject } from "../../is-object.js";
import { readProperty } from "../../own-property.js";
import type { ObjectEntry, Properties, PropertyValue } from "../../payload/entry.js";
import { isSharedKind } from "../../payload/entry.js";
import { addProperty } from "../../payload/properties.js";
import { sourceOfFunction } from "../../source/function-source.js";
import type { Use } from "../../source/uses.js";
import { encodeProperty, extensibility, flagsOf } from "../values/properties.js";
import { isOfRunner } from "../values/proxies.js";
import { isCommonJsModule } from "./module-object.js";

/**
 * Captures just the members that the code uses. A module object holds a whole test runner or notebook, a config object
 * may hold a socket that nobody touches. False when the object has to be captured as a whole.
 */
export function needMember(walker: WalkContext, node: HostNode<object>, use: Use): boolean {
  const { entry } = node;
  if (use.members.length === 0) return use.isTested === true && isNothingNeeded(node);
  if (isSharedKind(entry)) return true;
  if (entry.kind === "proxy") return needOfProxy(walker, node, use);
  if (entry.kind !== "object" || !(isPrunable(node.value) || isFieldRead(node.value, use))) return false;
  return needOwn(walker, node, use, node.value);
}

/** What an object has in a field of its own can be read without anything else of it, whatever its class is. */
function isFieldRead(value: object, { members: [name = ""], end }: Use): boolean {
  const own = end === "write" ? undefined : Object.getOwnPropertyDescriptor(value, name);
  return own !== undefined && "value" in own;
}

/** An object of which only is asked whether it is there needs no members. */
function isNothingNeeded(node: HostNode<object>): boolean {
  if (node.entry.kind !== "object" || !isPrunable(node.value)) return false;
  node.partial ??= new Map();
  return true;
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
function needOwn(walker: WalkContext, node: HostNode<object>, use: Use, holder: object): boolean {
  const [name, ...rest] = use.members as [string, ...string[]];
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  if (!descriptor) return notOwn(node, holder, name);
  if (descriptor.get && isRunnersExports(name, descriptor.get)) {
    put(
      node,
      name,
      walker.need(descriptor.get.call(holder) as unknown, { ...use, members: rest }, stepTo(node.step, name)),
    );
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
  return name === "exports" && typeof getter === "function" && !types.isProxy(getter) && isOfRunner(getter);
}

function withFlags(value: object, descriptor: PropertyDescriptor, encoded: GraphEncoded): PropertyValue<HostNode> {
  const bits = flagsOf(descriptor);
  return bits === 7 || types.isModuleNamespaceObject(value) ? encoded : ["data", bits, encoded];
}

/** A member that is not there reads as undefined here and there; one that is inherited may need the whole object. */
function notOwn(node: HostNode, holder: object, name: string): boolean {
  node.partial ??= new Map();
  const proto = Object.getPrototypeOf(holder);
  return proto === null || !(name in proto);
}

function put(node: HostNode, name: string, encoded: PropertyValue<HostNode>): void {
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
function needOfProxy(walker: WalkContext, node: HostNode<object>, use: Use): boolean {
  const { reads, foreign, target } = node.proxy as ProxyLook;
  if (reads) return foreign && needThroughProxy(walker, node, use);
  const isWrite = use.end === "write" && use.members.length === 1;
  if ((isWrite && !foreign) || types.isProxy(target) || !isPrunable(target)) return false;
  return needOwn(walker, node, use, target);
}

/** Reads a member through a proxy that a test runner or notebook made; its handler is not the user's code. */
function needThroughProxy(walker: WalkContext, node: HostNode<object>, use: Use): boolean {
  const [name, ...rest] = use.members as [string, ...string[]];
  const encoded = walker.need(readProperty(node.value, name), { ...use, members: rest }, stepTo(node.step, name));
  put(node, name, encoded);
  return true;
}

/** Turns the members that were captured into the entry, in the object's own order. */
export function finishPartial(node: HostNode): void {
  const { value, whole, entry } = node;
  if (whole || !isObject(value) || (entry.kind !== "object" && entry.kind !== "proxy")) return;
  const partial = node.partial ?? new Map<string, PropertyValue<HostNode>>();
  const properties: Properties<HostNode> = [];
  for (const name of entry.kind === "proxy" ? [...partial.keys()].sort() : Object.getOwnPropertyNames(value)) {
    const encoded = partial.get(name);
    if (encoded !== undefined) addProperty(properties, name, encoded);
  }
  node.entry = {
    kind: "object",
    ...(entry.kind === "object" && shapeOf(value)),
    ...(properties.length > 0 && { properties }),
  };
}

function shapeOf(value: object): Partial<ObjectEntry<HostNode>> {
  return {
    ...(Object.getPrototypeOf(value) === null && { prototype: null }),
    extensibility: extensibility(value),
  };
}
