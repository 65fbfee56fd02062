import { types } from "node:util";
import { packageOfFile } from "../identity/packages.js";
import { lookAtFunction, lookAtProxy } from "../inspect/look.js";
import { scriptOf } from "../inspect/scripts.js";
import type { Callable, Loose } from "../types.js";
import type { HostNode, ProxyLook, Step } from "./graph.js";
import { requireOf } from "./requires.js";
import type { Walker } from "./walker.js";

/** Enters a proxy: with its handler, or, where a kernel or test runner put it around something, for what is within. */
export function meetProxy(walker: Walker, value: object, step: Step): HostNode {
  const parts = lookAtProxy(value);
  if (!parts) return walker.refuse(step, { reason: "it is a revoked proxy", cure: "Capture the object itself." });
  const look = { ...parts, reads: hasTrap(parts.handler, "get"), foreign: isForeign(parts.handler) };
  const required = look.foreign ? requireWithin(look) : undefined;
  if (required) return walker.addNode(value, step, { k: "req", file: required });
  const node = walker.addNode(value, step, { k: "proxy" });
  node.proxy = look;
  (node as Loose).fill = () => {
    node.data.t = walker.encode(parts.target, step);
    node.data.h = walker.encode(parts.handler, { from: step, text: " (proxy handler)" });
    node.needs.push(node.data.t, node.data.h);
  };
  return node;
}

/** Traps may be inherited; one whose place is taken by an accessor or another proxy counts as there. */
function hasTrap(handler: object, name: string): boolean {
  for (let at: object | null = handler; at; at = Object.getPrototypeOf(at)) {
    if (types.isProxy(at) || Object.hasOwn(at, name)) return true;
  }
  return false;
}

/** Proxies that test runners and notebooks put around modules. */
function isForeign(handler: object): boolean {
  if (types.isProxy(handler)) return false;
  const traps = Object.values(Object.getOwnPropertyDescriptors(handler)).map(({ value }) => value);
  return (
    traps.length > 0 && traps.every((trap) => typeof trap === "function" && !types.isProxy(trap) && isPackaged(trap))
  );
}

/** Whether a function is code of a package. */
export function isPackaged(trap: Callable): boolean {
  const { location } = lookAtFunction(trap);
  const url = location && scriptOf(location.scriptId)?.url;
  return url !== undefined && packageOfFile(url) !== undefined;
}

function requireWithin({ target }: ProxyLook): string | undefined {
  return typeof target === "function" && !types.isProxy(target) ? requireOf(target) : undefined;
}
