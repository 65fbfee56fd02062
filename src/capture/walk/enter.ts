import type { Loose } from "../types.js";
import type { HostNode, Step } from "./graph.js";
import { addPrivates } from "./privates.js";
import { encodeProperties, extensibility, stepTo } from "./properties.js";
import type { Walker } from "./walker.js";

export type Fill = (walker: Walker, node: HostNode) => void;

/** Enters an object and leaves a task that walks what it holds, private elements included: any kind may have a subclass. */
export function enter(walker: Walker, value: object, step: Step, data: Loose, fill: Fill): HostNode {
  return enterWithoutPrivates(walker, value, step, data, (_walker, node) => {
    fill(walker, node);
    addPrivates(walker, node);
  });
}

/** For objects whose constructor gives them their private elements again. */
export function enterWithoutPrivates(walker: Walker, value: object, step: Step, data: Loose, fill: Fill): HostNode {
  const node = walker.addNode(value, step, data);
  (node as Loose).fill = () => fill(walker, node);
  return node;
}

/** The prototype, when it is not the one that the maker gives. */
export function fillPrototype(walker: Walker, node: HostNode, natural: object | null): void {
  const proto = Object.getPrototypeOf(node.value);
  if (proto === natural) return;
  const encoded = walker.encode(proto, stepTo(node.step, "__proto__"));
  if (node.data.k !== "obj") node.data.late = encoded;
  else {
    node.data.proto = encoded;
    if (proto) node.needs.push(encoded);
  }
}

/** Writes properties, all or those of some keys, and extensibility of an object into its heap entry. */
export function fillOwn(
  walker: Walker,
  node: HostNode,
  keys: readonly PropertyKey[] = Reflect.ownKeys(node.value),
): void {
  const entries = encodeProperties(walker, node.value, node.step, keys);
  if (entries.length > 0) node.data.p = entries;
  node.data.x = extensibility(node.value);
}

/** For objects that the maker gives this prototype, and that hold nothing besides their properties. */
export const fillRest =
  (natural: object, isLeftOut?: (value: Loose, key: PropertyKey) => boolean): Fill =>
  (walker, node) => {
    const { value } = node;
    fillPrototype(walker, node, natural);
    fillOwn(
      walker,
      node,
      Reflect.ownKeys(value).filter((key) => !isLeftOut?.(value, key)),
    );
  };

export function addEntry({ data }: HostNode, key: string, value: Loose): void {
  data.p = [...(data.p ?? []), key, value];
}
