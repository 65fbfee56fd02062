import { URL, URLSearchParams } from "node:url";
import { TextDecoder, TextEncoder } from "node:util";
import { lookAtPrivates } from "../inspect/look.js";
import type { Loose } from "../types.js";
import type { HostNode, Step } from "./graph.js";
import { addEntry, enter, type Fill } from "./objects.js";
import { fillOwn } from "./properties.js";
import type { Walker } from "./walker.js";

/** A few classes of Node whose instances are made anew from what they show. */
export function madeByConstructor(walker: Walker, value: Loose, step: Step): HostNode | undefined {
  const proto = Object.getPrototypeOf(value);
  const url = proto === URLSearchParams.prototype ? urlOf(value) : undefined;
  if (url) return madeFromUrl(walker, value, url, step);
  const args = argumentsOf(value, proto);
  if (!args) return undefined;
  const maker = walker.encode(proto.constructor, step);
  const data = { k: "made", c: maker, args: args.map((one) => walker.encode(one, step)) };
  return enter(walker, value, step, data, fillMade);
}

/** The URL that search parameters belong to and change; Node keeps it in a private field. */
function urlOf(params: URLSearchParams): URL | undefined {
  const url = lookAtPrivates(params).elements.find(({ name }) => name === "#context")?.value;
  return url instanceof URL && url.searchParams === params ? url : undefined;
}

function madeFromUrl(walker: Walker, value: object, url: URL, step: Step): HostNode {
  const owner = walker.encode(url, { from: step, text: " (its URL)" });
  const node = enter(walker, value, step, { k: "params", u: owner }, fillMade);
  node.needs.push(owner);
  return node;
}

const fillMade: Fill = (walker, node) => {
  fillOwn(walker, node, (key) => typeof key === "symbol" || key === "stack");
  if (Object.hasOwn(node.value, "stack")) addEntry(node, "stack", ["d", 5, walker.encode(node.value.stack, node.step)]);
};

function argumentsOf(value: Loose, proto: unknown): unknown[] | undefined {
  if (proto === URL.prototype) return [value.href];
  if (proto === URLSearchParams.prototype) return [String(value)];
  if (proto === TextEncoder.prototype) return [];
  if (proto === TextDecoder.prototype) return [value.encoding, { fatal: value.fatal, ignoreBOM: value.ignoreBOM }];
  return proto === globalThis.DOMException?.prototype ? [value.message, value.name] : undefined;
}
