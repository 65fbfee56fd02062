import type { WalkContext } from "../../graph/context.js";
import type { GraphEntry, HostNode } from "../../graph/node.js";
import { type Step, stepTo } from "../../graph/path.js";
import { addPrivates } from "../classes/privates.js";
import { encodeProperties, extensibility } from "./properties.js";

/** Walks what an object of a kind holds. */
export type Fill<Value extends object, Kind extends GraphEntry> = (
  walker: WalkContext,
  node: HostNode<Value, Kind>,
) => void;

/** Enters an object and leaves a task that walks what it holds, private elements included: any kind may have a subclass. */
export function enter<Value extends object, Kind extends GraphEntry>(
  walker: WalkContext,
  value: Value,
  step: Step,
  entry: Kind,
  fill: Fill<Value, Kind>,
): HostNode<Value, Kind> {
  return enterWithoutPrivates(walker, value, step, entry, (_walker, node) => {
    fill(walker, node);
    addPrivates(walker, node);
  });
}

/** For objects whose constructor gives them their private elements again. */
export function enterWithoutPrivates<Value extends object, Kind extends GraphEntry>(
  walker: WalkContext,
  value: Value,
  step: Step,
  entry: Kind,
  fill: Fill<Value, Kind>,
): HostNode<Value, Kind> {
  const node = walker.addNode(value, step, entry);
  node.fill = () => fill(walker, node);
  return node;
}

/** The prototype, when it is not the one that the maker gives. */
export function fillPrototype(
  walker: WalkContext,
  { value, step, entry }: HostNode<object>,
  natural: object | null,
): void {
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== natural) entry.latePrototype = walker.encode(proto, stepTo(step, "__proto__"));
}

/** Writes properties, all or those of some keys, and extensibility of an object into its entry. */
export function fillOwn(
  walker: WalkContext,
  { value, step, entry }: HostNode<object>,
  keys: readonly PropertyKey[] = Reflect.ownKeys(value),
): void {
  const properties = encodeProperties(walker, value, step, keys);
  if (properties.length > 0) entry.properties = properties;
  entry.extensibility = extensibility(value);
}

/** For objects that the maker gives this prototype, and that hold nothing besides their properties. */
export const fillRest =
  <Value extends object>(natural: object, isLeftOut?: (value: Value, key: PropertyKey) => boolean) =>
  (walker: WalkContext, node: HostNode<Value>): void => {
    const { value } = node;
    fillPrototype(walker, node, natural);
    const keys = Reflect.ownKeys(value);
    fillOwn(walker, node, isLeftOut ? keys.filter((key) => !isLeftOut(value, key)) : keys);
  };
