import type { FunctionSource } from "../source/function-source.js";
import type { Callable, Loose } from "../types.js";
import { naturalPrototypeOf } from "./function-properties.js";
import type { HostNode } from "./graph.js";
import { encodeKey, encodeProperty, extensibility, flagsOf, stepTo } from "./properties.js";
import type { Walker } from "./walker.js";

/** The prototype object that came with a function is found through it. */
export function registerPrototype(walker: Walker, node: HostNode, source: FunctionSource): void {
  const prototype = Object.getOwnPropertyDescriptor(node.value, "prototype")?.value;
  if (typeof prototype !== "object" || prototype === null || walker.known(prototype)) return;
  if (!source.parts && !isMadeWith(node.value, prototype, source)) return;
  const entry = walker.addNode(prototype, stepTo(node.step, "prototype"), { k: "pro", f: node });
  entry.needs.push(node);
  (entry as Loose).fill = () => fillPrototypeObject(walker, entry, node);
}

/** Whether a function's prototype may be the one that it was made with, or equals that. */
function isMadeWith(fn: Callable, prototype: object, source: FunctionSource): boolean {
  const own = Object.getOwnPropertyDescriptor(prototype, "constructor");
  if (!source.parsed.node.generator) return own?.value === fn;
  return !own && Object.getPrototypeOf(prototype) === (naturalPrototypeOf(source) as Loose).prototype;
}

function fillPrototypeObject(walker: Walker, entry: HostNode, owner: HostNode): void {
  walker.takeWhole(owner);
  if (owner.fn?.classInfo) return;
  const { value, step } = entry;
  const proto = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && !owner.fn?.source.parsed.node.generator)
    entry.data.late = walker.encode(proto, stepTo(step, "__proto__"));
  const entries: Loose[] = [];
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
    if (key === "constructor" && descriptor.value === owner.value && flagsOf(descriptor) === 5) continue;
    entries.push(encodeKey(walker, key, step), encodeProperty(walker, descriptor, stepTo(step, key)));
  }
  if (entries.length > 0) entry.data.p = entries;
  entry.data.x = extensibility(value);
}
