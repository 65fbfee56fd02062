import type { WalkContext } from "../../graph/context.js";
import type { CodeNode, HostNode } from "../../graph/node.js";
import { stepTo } from "../../graph/path.js";
import { readProperty } from "../../own-property.js";
import type { Properties, PrototypeEntry } from "../../payload/entry.js";
import { addProperty } from "../../payload/properties.js";
import type { FunctionSource } from "../../source/function-source.js";
import type { Callable } from "../../types.js";
import { naturalPrototypeOf } from "../functions/function-properties.js";
import { encodeKey, encodeProperty, extensibility, flagsOf, lookAheadAt } from "./properties.js";

/** The prototype object that came with a function is found through it. */
export function registerPrototype(walker: WalkContext, node: CodeNode, source: FunctionSource): void {
  const prototype: unknown = Object.getOwnPropertyDescriptor(node.value, "prototype")?.value;
  if (typeof prototype !== "object" || prototype === null || walker.known(prototype)) return;
  if (!source.parts && !isMadeWith(node.value, prototype, source)) return;
  const found = walker.addNode(prototype, stepTo(node.step, "prototype"), {
    kind: "prototype",
    function: node,
  } as PrototypeEntry<HostNode>);
  found.needs.push(node);
  found.fill = () => fillPrototypeObject(walker, found, node);
}

/** Whether a function's prototype may be the one that it was made with, or equals that. */
function isMadeWith(fn: Callable, prototype: object, source: FunctionSource): boolean {
  const own = Object.getOwnPropertyDescriptor(prototype, "constructor");
  if (!source.functionNode?.generator) return own?.value === fn;
  return !own && Object.getPrototypeOf(prototype) === readProperty(naturalPrototypeOf(source), "prototype");
}

function fillPrototypeObject(walker: WalkContext, { value, step, entry }: HostNode<object>, owner: CodeNode): void {
  walker.takeWhole(owner);
  if (owner.fn?.classInfo) return;
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && !owner.fn?.source.functionNode?.generator)
    entry.latePrototype = walker.encode(proto, stepTo(step, "__proto__"));
  const properties: Properties<HostNode> = [];
  const descriptors = Object.getOwnPropertyDescriptors(value) as Record<PropertyKey, PropertyDescriptor>;
  const keys = Reflect.ownKeys(descriptors);
  lookAheadAt(
    walker,
    keys.map((key) => descriptors[key]),
  );
  for (const key of keys) {
    const descriptor = descriptors[key] as PropertyDescriptor;
    if (key === "constructor" && descriptor.value === owner.value && flagsOf(descriptor) === 5) continue;
    addProperty(properties, encodeKey(walker, key, step), encodeProperty(walker, descriptor, stepTo(step, key)));
  }
  if (properties.length > 0) entry.properties = properties;
  entry.extensibility = extensibility(value);
}
