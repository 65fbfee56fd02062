import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { HostNode } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import { weakEntriesOf } from "../../inspect/weak-entries.js";
import type { ConstructedEntry, WeakMapEntry, WeakSetEntry } from "../../payload/entry.js";
import { enter, type Fill, fillRest } from "./add-object.js";

/**
 * A WeakMap or WeakSet travels with the entries whose keys travel anyway: without a key, no code can tell whether there is
 * an entry for it. What such an entry holds may lead to further keys.
 */
export function meetWeak(walker: WalkContext, value: object, step: Step): HostNode | undefined {
  if (walker.chainOf(value).tag === "WeakRef") return meetReference(walker, value, step);
  if (types.isWeakMap(value)) return enter(walker, value, step, { kind: "weakMap", entries: [] }, fillWeakMap);
  return types.isWeakSet(value) ? enter(walker, value, step, { kind: "weakSet", values: [] }, fillWeakSet) : undefined;
}

const fillWeakMap: Fill<WeakMap<WeakKey, unknown>, WeakMapEntry<HostNode>> = (walker, node) => {
  const step = { from: node.step, text: ".get(…)" };
  walker.whenReached(node, weakEntriesOf(node.value), ({ value }, key) => {
    node.entry.entries.push(key, walker.encode(value, step));
  });
  fillRest(WeakMap.prototype)(walker, node);
};

const fillWeakSet: Fill<WeakSet<WeakKey>, WeakSetEntry<HostNode>> = (walker, node) => {
  walker.whenReached(node, weakEntriesOf(node.value), (_entry, key) => {
    node.entry.values.push(key);
  });
  fillRest(WeakSet.prototype)(walker, node);
};

/** A WeakRef travels where something else leads to its object: see `resolve/weak-refs.ts` for where nothing does. */
function meetReference(walker: WalkContext, value: object, step: Step): HostNode {
  const maker = walker.encode(WeakRef, step);
  const entry: ConstructedEntry<HostNode> = { kind: "constructed", maker, arguments: [] };
  return enter(walker, value, step, entry, (_walker, node) => {
    const key = targetOf(value);
    walker.whenReached(node, key === undefined ? [] : [{ key }], (_entry, target) => {
      walker.takeWhole(target);
      node.entry.arguments.push(target);
      node.needs.push(maker, target);
    });
    fillRest(WeakRef.prototype)(walker, node);
  });
}

/** Undefined where the memory is free again, or where the object only inherits from the class. */
function targetOf(value: object): object | undefined {
  try {
    return WeakRef.prototype.deref.call(value);
  } catch {
    return undefined;
  }
}
