import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { HostNode, ProxyLook } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import { packageOfFile } from "../../identity/packages.js";
import { lookAtFunction, lookAtProxy } from "../../inspect/look.js";
import { scriptOf } from "../../inspect/scripts.js";
import type { ProxyEntry } from "../../payload/entry.js";
import type { Callable } from "../../types.js";
import { requireOf } from "../packages/requires.js";

/** Enters a proxy: with its handler, or, where a kernel or test runner put it around something, for what is within. */
export function meetProxy(walker: WalkContext, value: object, step: Step): HostNode {
  const parts = lookAtProxy(value);
  if (!parts) return walker.refuse(step, { reason: "it is a revoked proxy", hint: "Capture the object itself." });
  const look = { ...parts, reads: hasTrap(parts.handler, "get"), foreign: isForeign(parts.handler) };
  const required = look.foreign ? requireWithin(look) : undefined;
  if (required) return walker.addNode(value, step, { kind: "require", file: required });
  const entry: ProxyEntry<HostNode> = { kind: "proxy", target: null, handler: null };
  const node = walker.addNode(value, step, entry);
  node.proxy = look;
  node.fill = () => {
    const target = walker.encode(parts.target, step);
    const handler = walker.encode(parts.handler, { from: step, text: " (proxy handler)" });
    Object.assign(entry, { target, handler });
    node.needs.push(target, handler);
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

/** Proxies that test runners and notebooks put around modules: theirs is another way to the same members. */
function isForeign(handler: object): boolean {
  if (types.isProxy(handler)) return false;
  const traps = Object.values(Object.getOwnPropertyDescriptors(handler)).map(({ value }) => value);
  return (
    traps.length > 0 && traps.every((trap) => typeof trap === "function" && !types.isProxy(trap) && isOfRunner(trap))
  );
}

/** Whether a function is code of a test runner, a notebook kernel, or a loader. */
export function isOfRunner(fn: Callable): boolean {
  const { location } = lookAtFunction(fn);
  const url = location && scriptOf(location.scriptId)?.url;
  return RUNNERS.test((url !== undefined && packageOfFile(url)) || "");
}

/** Other packages' proxies are part of what they do, so these travel, and none of their traps is run here. */
const RUNNERS =
  /^(vite|vitest|vite-node|@vitest\/.+|jest(-.+)?|@jest\/.+|tslab|@tslab\/.+|nel|ijavascript|tsx|ts-node|jiti|mocha|ava|tap|proxyquire|esmock|(import|require)-in-the-middle)$/;

function requireWithin({ target }: ProxyLook): string | undefined {
  return typeof target === "function" && !types.isProxy(target) ? requireOf(target) : undefined;
}
