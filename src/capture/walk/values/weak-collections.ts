import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { HostNode } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import { weakEntriesOf } from "../../inspect/weak-entries.js";
import type { WeakMapEntry, WeakSetEntry } from "../../payload/entry.js";
import { enter, type Fill, fillRest } from "./add-object.js";

/**
 * A WeakMap or WeakSet travels with the entries whose keys travel anyway: without a key, no code can tell whether there is
 * an entry for it. What such an entry holds may lead to further keys.
 */
export function meetWeak(walker: WalkContext, value: object, step: Step): HostNode | undefined {
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
