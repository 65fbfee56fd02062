import { URL, URLSearchParams } from "node:url";
import { TextDecoder, TextEncoder, types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { HostNode } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import { lookAtPrivates } from "../../inspect/privates.js";
import { isObject } from "../../is-object.js";
import type { ConstructedEntry, SearchParamsEntry } from "../../payload/entry.js";
import { addPrivates } from "../classes/privates.js";
import { enterWithoutPrivates, fillOwn, fillPrototype } from "./add-object.js";
import { FORMATTERS } from "./formatters.js";
import { freshMaker, type Made, type Maker } from "./fresh-objects.js";
import { getterOf } from "./getter.js";

/** A few classes of Node whose instances are made anew from what they show. */
export function madeByConstructor(walker: WalkContext, value: object, step: Step): HostNode | undefined {
  const made = makerOf(value) ?? freshMaker(value, walker.chainOf(value).native);
  const args = made && argumentsOf(made, value);
  if (!made || !args) return undefined;
  const url = made.maker === URLSearchParams ? urlOf(value) : undefined;
  if (url) return madeFromUrl(walker, value, url, step);
  const maker = walker.encode(made.maker, step);
  const encoded = args.map((one) => walker.encode(one, step));
  const entry: ConstructedEntry<HostNode> = { kind: "constructed", maker, arguments: encoded };
  return enterWithoutPrivates(walker, value, step, entry, fillMade(made.maker, args, made.hidesKeys));
}

/** The first of these classes among the prototypes: one that extends it gets its own prototype afterwards. */
function makerOf(value: object): Made | undefined {
  for (let at = Object.getPrototypeOf(value); at && !types.isProxy(at); at = Object.getPrototypeOf(at)) {
    const found = MADE.find(({ maker }) => maker.prototype === at);
    if (found) return found;
  }
  return undefined;
}

const hrefOf = getterOf<unknown>(URL.prototype, "href");
const paramsOf = getterOf<unknown>(URL.prototype, "searchParams");
const textOf = URLSearchParams.prototype.toString;
const encoderEncodingOf = getterOf<unknown>(TextEncoder.prototype, "encoding");
const encodingOf = getterOf<unknown>(TextDecoder.prototype, "encoding");
const fatalOf = getterOf<unknown>(TextDecoder.prototype, "fatal");
const ignoreBomOf = getterOf<unknown>(TextDecoder.prototype, "ignoreBOM");
/** Not every context has it. */
const { DOMException } = globalThis as { DOMException?: typeof globalThis.DOMException };
const messageOf = getterOf<unknown>(DOMException?.prototype ?? {}, "message");
const nameOf = getterOf<unknown>(DOMException?.prototype ?? {}, "name");

const MADE: readonly Made[] = [
  { maker: URL, args: (value) => [hrefOf(value)] },
  { maker: URLSearchParams, args: (value) => [textOf.call(value)] },
  { maker: TextEncoder, args: (value) => (encoderEncodingOf(value) ? [] : undefined) },
  {
    maker: TextDecoder,
    args: (value) => [encodingOf(value), { fatal: fatalOf(value), ignoreBOM: ignoreBomOf(value) }],
  },
  ...FORMATTERS,
  ...(DOMException ? [{ maker: DOMException, args: (value: object) => [messageOf(value), nameOf(value)] }] : []),
];

function argumentsOf({ args }: Made, value: object): unknown[] | undefined {
  try {
    return args(value);
  } catch {
    return undefined;
  }
}

/** The URL that search parameters belong to and change; Node keeps it in a private field. */
function urlOf(params: object): URL | undefined {
  const url = lookAtPrivates(params).elements.find(({ name }) => name === "#context")?.value;
  return isObject(url) && paramsOf(url) === params ? (url as URL) : undefined;
}

function madeFromUrl(walker: WalkContext, value: object, url: URL, step: Step): HostNode {
  const owner = walker.encode(url, { from: step, text: " (its URL)" });
  const node = enterWithoutPrivates(
    walker,
    value,
    step,
    { kind: "searchParams", url: owner } as SearchParamsEntry<HostNode>,
    fillMade(URLSearchParams, [""]),
  );
  node.needs.push(owner);
  return node;
}

/** Node keeps some of an object's state under symbols, which the constructor sets again. */
const fillMade =
  (maker: Maker, args: readonly unknown[], hidesKeys = false) =>
  (walker: WalkContext, node: HostNode<object>): void => {
    fillPrototype(walker, node, maker.prototype as object);
    const twin = Reflect.construct(maker, args) as object;
    const isOfNode = (key: PropertyKey) => (hidesKeys || typeof key === "symbol") && Object.hasOwn(twin, key);
    fillOwn(
      walker,
      node,
      Reflect.ownKeys(node.value).filter((key) => !isOfNode(key)),
    );
    addPrivates(walker, node, lookAtPrivates(twin).elements.length);
  };
