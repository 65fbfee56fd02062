import type { FunctionSource } from "../source/function-source.js";
import type { Callable, Loose } from "../types.js";
import type { HostNode } from "./graph.js";
import { encodeKey, encodeProperty, extensibility, flagsOf, stepTo } from "./properties.js";
import type { Walker } from "./walker.js";

const ASYNC = Object.getPrototypeOf(async () => {});
const GENERATOR = Object.getPrototypeOf(function* () {});
const ASYNC_GENERATOR = Object.getPrototypeOf(async function* () {});

export function naturalPrototypeOf({ parsed }: FunctionSource): object {
  const { async: isAsync, generator } = parsed.node as Loose;
  if (isAsync) return generator ? ASYNC_GENERATOR : ASYNC;
  return generator ? GENERATOR : Function.prototype;
}

export function naturalLength(params: Loose[]): number {
  const optional = params.findIndex((one) => one.type === "AssignmentPattern" || one.type === "RestElement");
  return optional < 0 ? params.length : optional;
}

interface Natural {
  name: string | undefined;
  length: number | undefined;
  hasPrototype: boolean;
}

/** Properties of a function that its code does not give it by itself. */
export function fillFunctionProperties(walker: Walker, node: HostNode, natural: Natural): void {
  const { value, step, data } = node;
  const entries: Loose[] = [];
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
    if (isNaturalProperty(walker, node, key, descriptor, natural)) continue;
    entries.push(encodeKey(walker, key, step), encodeProperty(walker, descriptor, stepTo(step, key)));
  }
  const missing = ["name", "length"].filter((key) => !Object.hasOwn(value, key));
  if (missing.length > 0) data.drop = [...(data.drop ?? []), ...missing];
  if (entries.length > 0) data.p = [...(data.p ?? []), ...entries];
  data.x = extensibility(value);
}

function isNaturalProperty(
  walker: Walker,
  node: HostNode,
  key: PropertyKey,
  own: PropertyDescriptor,
  natural: Natural,
): boolean {
  const { value } = node;
  if (key === "name" || key === "length")
    return Object.hasOwn(own, "value") && own.value === natural[key] && flagsOf(own) === 4;
  if (key === "caller" || key === "arguments") return !node.fn?.strict && own.value === null;
  if (key !== "prototype" || !natural.hasPrototype) return false;
  const entry = walker.known(own.value);
  if (entry?.data.k !== "pro" || entry.data.f !== node) return false;
  if (!isPristine(own.value, value)) walker.takeWhole(entry);
  return flagsOf(own) === 1;
}

function isPristine(prototype: object, fn: Callable): boolean {
  const keys = Reflect.ownKeys(prototype);
  if (keys.length === 0) return Object.isExtensible(prototype);
  const own = Object.getOwnPropertyDescriptor(prototype, "constructor");
  const untouched = keys.length === 1 && own?.value === fn && flagsOf(own) === 5;
  return untouched && Object.getPrototypeOf(prototype) === Object.prototype && Object.isExtensible(prototype);
}
