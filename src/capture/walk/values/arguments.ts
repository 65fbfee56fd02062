import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { HostNode } from "../../graph/node.js";
import { stepTo } from "../../graph/path.js";
import type { ArgumentsEntry } from "../../payload/entry.js";
import { type Fill, fillRest } from "./add-object.js";
import { encodeKey, flagsOf } from "./properties.js";

export function argumentsEntry(value: object): ArgumentsEntry<HostNode> {
  return { kind: "arguments", isSloppy: !hasThrower(value) };
}

/** Strict functions get an accessor that throws, for good, where sloppy ones get the function that was called. */
function hasThrower(value: object): boolean {
  const own = Object.getOwnPropertyDescriptor(value, "callee");
  return own !== undefined && !Object.hasOwn(own, "value") && !own.configurable;
}

const { values: VALUES } = Array.prototype;

export const fillArguments: Fill<IArguments, ArgumentsEntry<HostNode>> = (walker, node) => {
  const { value, step, entry } = node;
  const missing = ["length", "callee", Symbol.iterator].filter((key) => !Object.hasOwn(value, key));
  if (missing.length > 0) entry.dropped = missing.map((key) => encodeKey(walker, key, stepTo(step, key)));
  fillRest(Object.prototype, isNatural)(walker, node);
};

function isNatural(value: object, key: PropertyKey): boolean {
  const own = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
  if (key === Symbol.iterator) return own.value === VALUES && flagsOf(own) === 5;
  return key === "callee" && (hasThrower(value) || (typeof own.value === "function" && flagsOf(own) === 5));
}

/**
 * The arguments object of a sloppy function is one with its parameters, and has the function itself, which would
 * travel for that alone: refused where the captured code makes use of either.
 */
export function refuseLiveArguments(walker: WalkContext): void {
  const sloppy = walker.nodes.filter(isSloppy);
  for (const node of sloppy) {
    const callee = Object.getOwnPropertyDescriptor(node.value, "callee")?.value;
    if (typeof callee !== "function" || types.isProxy(callee)) continue;
    if (walker.nodes.some((one) => /\bcallee\b/.test(one.fn?.source.text ?? ""))) refuse(walker, node, ".callee");
    const text = Function.prototype.toString.call(callee);
    const aliased = walker.nodes.flatMap((one) => assignedWithin(one, text))[0];
    if (aliased !== undefined && node.value.length > 0) refuse(walker, node, ` (one with ${aliased})`);
  }
}

function isSloppy(node: HostNode): node is HostNode<IArguments> {
  return node.entry.kind === "arguments" && node.entry.isSloppy;
}

/** Parameters of the function of that text which a function inside of it assigns. */
function assignedWithin({ fn }: HostNode, text: string): string[] {
  if (!fn || !text.includes(fn.source.text)) return [];
  const parameters = text.slice(0, text.indexOf("{")).split(/[^\p{ID_Continue}$]+/u);
  return fn.references.filter(({ name, assigned }) => assigned && parameters.includes(name)).map(({ name }) => name);
}

function refuse(walker: WalkContext, { step }: HostNode, text: string): never {
  return walker.refuse(
    { from: step, text },
    {
      reason: "it is the arguments object of a function in sloppy mode, tied to that function and its parameters",
      hint: "Capture a copy: [...arguments].",
    },
  );
}
