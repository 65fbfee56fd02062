import type { WalkContext } from "../../graph/context.js";
import type { GraphEncoded, HostNode } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import { isObject } from "../../is-object.js";
import type { ArrayEntry, Element } from "../../payload/entry.js";
import { ENUMERABLE, PLAIN, WRITABLE } from "../../payload/entry.js";
import { addProperty } from "../../payload/properties.js";
import { type Fill, fillOwn, fillPrototype } from "./add-object.js";
import { keysBesideElements } from "./elements.js";
import { encodeProperties, extensibility, flagsOf } from "./properties.js";

type ArrayNode = HostNode<unknown[], ArrayEntry<HostNode>>;

export const fillArray: Fill<unknown[], ArrayEntry<HostNode>> = (walker, node) => {
  const { value, step, entry } = node;
  fillPrototype(walker, node, Array.prototype);
  const elements = plainElements(walker, node);
  if (!elements) return fillByProperty(walker, node);
  entry.elements = elements;
  const named = keysBesideElements(value, value.length).filter((key) => key !== "length");
  const rest = encodeProperties(walker, value, step, named);
  if (rest.length > 0) entry.properties = rest;
  entry.extensibility = extensibility(value);
};

/** An array of accessors, of elements with flags of their own, or of far more places than elements. */
function fillByProperty(walker: WalkContext, node: ArrayNode): void {
  const { value } = node;
  fillOwn(
    walker,
    node,
    Reflect.ownKeys(value).filter((key) => key !== "length"),
  );
  if (lengthIsWritable(value)) return;
  node.entry.properties ??= [];
  addProperty(node.entry.properties, "length", ["data", 0, value.length]);
}

function lengthIsWritable(value: unknown[]): boolean {
  return Object.getOwnPropertyDescriptor(value, "length")?.writable === true;
}

/** Holes that are borne before it is asked how many elements there are. */
const MANY_HOLES = 65_536;

/** The elements, holes included, if all are as assignment and then the array's own extensibility make them. */
function plainElements(walker: WalkContext, { value, step }: ArrayNode): Element<HostNode>[] | undefined {
  const natural = naturalFlags(value);
  if (lengthIsWritable(value) === (natural === ENUMERABLE)) return undefined;
  const elements: Element<HostNode>[] = [];
  let holes = 0;
  for (let index = 0; index < value.length; index++) {
    const own = Object.getOwnPropertyDescriptor(value, index);
    if (own && (flagsOf(own) !== natural || !Object.hasOwn(own, "value"))) return undefined;
    if (!own && ++holes === MANY_HOLES && isSparse(value, Object.keys(value).length)) return undefined;
    elements.push(own ? encodeElement(walker, own.value as unknown, step, index) : ["hole"]);
  }
  return isSparse(value, value.length - holes) ? undefined : elements;
}

function isSparse({ length }: unknown[], elements: number): boolean {
  return elements * 8 < length - 64;
}

function naturalFlags(value: unknown[]): number {
  const level = extensibility(value);
  if (level === "frozen") return ENUMERABLE;
  return level === "sealed" ? ENUMERABLE | WRITABLE : PLAIN;
}

/** Only what may be refused needs a step of its own. */
function encodeElement(walker: WalkContext, element: unknown, step: Step, index: number): GraphEncoded {
  return walker.encode(element, isObject(element) ? { from: step, text: `[${index}]` } : step);
}
