import { ENUMERABLE, PLAIN, WRITABLE } from "../payload.js";
import type { Loose } from "../types.js";
import { keysBesideElements } from "./elements.js";
import { addEntry, type Fill, fillOwn, fillPrototype } from "./enter.js";
import type { HostNode } from "./graph.js";
import { encodeProperties, extensibility, flagsOf } from "./properties.js";
import { isObject, type Walker } from "./walker.js";

export const fillArray: Fill = (walker, node) => {
  const { value, step, data } = node;
  fillPrototype(walker, node, Array.prototype);
  const elements = plainElements(walker, node);
  if (!elements) return fillByProperty(walker, node);
  data.v = elements;
  const named = keysBesideElements(value, value.length).filter((key) => key !== "length");
  const rest = encodeProperties(walker, value, step, named);
  if (rest.length > 0) data.p = rest;
  data.x = extensibility(value);
};

/** An array of accessors, of elements with flags of their own, or of far more places than elements. */
function fillByProperty(walker: Walker, node: HostNode): void {
  const { value } = node;
  fillOwn(
    walker,
    node,
    Reflect.ownKeys(value).filter((key) => key !== "length"),
  );
  if (!lengthIsWritable(value)) addEntry(node, "length", ["d", 0, value.length]);
}

function lengthIsWritable(value: unknown[]): boolean {
  return Object.getOwnPropertyDescriptor(value, "length")?.writable === true;
}

/** Holes that are borne before it is asked how many elements there are. */
const MANY_HOLES = 65_536;

/** The elements, holes included, if all are as assignment and then the array's own extensibility make them. */
function plainElements(walker: Walker, { value, step }: HostNode): Loose[] | undefined {
  const natural = naturalFlags(value);
  if (lengthIsWritable(value) === (natural === ENUMERABLE)) return undefined;
  const elements: Loose[] = [];
  let holes = 0;
  for (let index = 0; index < value.length; index++) {
    const own = Object.getOwnPropertyDescriptor(value, index);
    if (own && (flagsOf(own) !== natural || !Object.hasOwn(own, "value"))) return undefined;
    if (!own && ++holes === MANY_HOLES && isSparse(value, Object.keys(value).length)) return undefined;
    elements.push(own ? encodeElement(walker, own.value, step, index) : ["h"]);
  }
  return isSparse(value, value.length - holes) ? undefined : elements;
}

function isSparse({ length }: unknown[], elements: number): boolean {
  return elements * 8 < length - 64;
}

function naturalFlags(value: unknown[]): number {
  const level = extensibility(value);
  if (level === 3) return ENUMERABLE;
  return level === 2 ? ENUMERABLE | WRITABLE : PLAIN;
}

/** Only what may be refused needs a step of its own. */
function encodeElement(walker: Walker, element: unknown, step: HostNode["step"], index: number): Loose {
  return walker.encode(element, isObject(element) ? { from: step, text: `[${index}]` } : step);
}
