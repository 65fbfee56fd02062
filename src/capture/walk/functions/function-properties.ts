import type { Pattern } from "acorn";
import type { WalkContext } from "../../graph/context.js";
import type { CodeNode, HostNode } from "../../graph/node.js";
import { stepTo } from "../../graph/path.js";
import { isOfCalls } from "../../inspect/quiet.js";
import type { Properties } from "../../payload/entry.js";
import { addProperty } from "../../payload/properties.js";
import type { FunctionSource } from "../../source/function-source.js";
import type { Callable } from "../../types.js";
import { encodeKey, encodeProperty, extensibility, flagsOf, lookAheadAt } from "../values/properties.js";

const ASYNC = Object.getPrototypeOf(async () => {});
const GENERATOR = Object.getPrototypeOf(function* () {});
const ASYNC_GENERATOR = Object.getPrototypeOf(async function* () {});

export function naturalPrototypeOf({ functionNode }: FunctionSource): object {
  const { async: isAsync, generator } = functionNode ?? {};
  if (isAsync) return generator ? ASYNC_GENERATOR : ASYNC;
  return generator ? GENERATOR : Function.prototype;
}

export function naturalLength(params: readonly Pattern[]): number {
  const optional = params.findIndex((one) => one.type === "AssignmentPattern" || one.type === "RestElement");
  return optional < 0 ? params.length : optional;
}

interface Natural {
  name: string | undefined;
  length: number | undefined;
  hasPrototype: boolean;
}

/** Properties of a function that its code does not give it by itself. */
export function fillFunctionProperties(walker: WalkContext, node: CodeNode, natural: Natural): void {
  const { value, step, entry } = node;
  const properties: Properties<HostNode> = [];
  const all = Reflect.ownKeys(value);
  const keys = all.filter((key) => !isOfCalls(value, all, key));
  const descriptors = keys.map((key) => Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor);
  lookAheadAt(walker, descriptors);
  for (const [index, key] of keys.entries()) {
    const descriptor = descriptors[index] as PropertyDescriptor;
    if (isNaturalProperty(walker, node, key, descriptor, natural)) continue;
    addProperty(properties, encodeKey(walker, key, step), encodeProperty(walker, descriptor, stepTo(step, key)));
  }
  const missing = ["name", "length"].filter((key) => !Object.hasOwn(value, key));
  if (missing.length > 0) entry.dropped = [...(entry.dropped ?? []), ...missing];
  if (properties.length > 0) entry.properties = [...(entry.properties ?? []), ...properties];
  entry.extensibility = extensibility(value);
}

function isNaturalProperty(
  walker: WalkContext,
  node: CodeNode,
  key: PropertyKey,
  own: PropertyDescriptor,
  natural: Natural,
): boolean {
  const { value } = node;
  if (key === "name" || key === "length")
    return Object.hasOwn(own, "value") && own.value === natural[key] && flagsOf(own) === 4;
  if (key !== "prototype" || !natural.hasPrototype) return false;
  const prototype = walker.known(own.value);
  if (prototype?.entry.kind !== "prototype" || prototype.entry.function !== node) return false;
  if (!isPristine(own.value, value)) walker.takeWhole(prototype);
  return flagsOf(own) === 1;
}

function isPristine(prototype: object, fn: Callable): boolean {
  const keys = Reflect.ownKeys(prototype);
  if (keys.length === 0) return Object.isExtensible(prototype);
  const own = Object.getOwnPropertyDescriptor(prototype, "constructor");
  const untouched = keys.length === 1 && own?.value === fn && flagsOf(own) === 5;
  return untouched && Object.getPrototypeOf(prototype) === Object.prototype && Object.isExtensible(prototype);
}
