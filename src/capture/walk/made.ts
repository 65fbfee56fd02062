import { URL, URLSearchParams } from "node:url";
import { TextDecoder, TextEncoder } from "node:util";
import { lookAtPrivates } from "../inspect/look.js";
import type { Loose } from "../types.js";
import { enterWithoutPrivates, type Fill, fillOwn } from "./enter.js";
import { getterOf } from "./getter.js";
import type { HostNode, Step } from "./graph.js";
import type { Walker } from "./walker.js";

/** A few classes of Node whose instances are made anew from what they show. */
export function madeByConstructor(walker: Walker, value: Loose, step: Step): HostNode | undefined {
  const made = MADE.find(({ maker }) => maker.prototype === Object.getPrototypeOf(value));
  const args = made && argumentsOf(made, value);
  if (!made || !args) return undefined;
  const url = made.maker === URLSearchParams ? urlOf(value) : undefined;
  if (url) return madeFromUrl(walker, value, url, step);
  const maker = walker.encode(made.maker, step);
  const data = { k: "made", c: maker, args: args.map((one) => walker.encode(one, step)) };
  return enterWithoutPrivates(walker, value, step, data, fillMade(made.maker, args));
}

interface Made {
  maker: Loose;
  /** What the constructor has to be given for an equal object; throws for one that only inherits from the class. */
  args(value: object): unknown[];
}

const hrefOf = getterOf(URL.prototype, "href");
const paramsOf = getterOf(URL.prototype, "searchParams");
const textOf = URLSearchParams.prototype.toString;
const encoderEncodingOf = getterOf(TextEncoder.prototype, "encoding");
const encodingOf = getterOf(TextDecoder.prototype, "encoding");
const fatalOf = getterOf(TextDecoder.prototype, "fatal");
const ignoreBomOf = getterOf(TextDecoder.prototype, "ignoreBOM");
/** Not every context has it. */
const { DOMException } = globalThis as { DOMException?: typeof globalThis.DOMException };
const messageOf = getterOf(DOMException?.prototype ?? {}, "message");
const nameOf = getterOf(DOMException?.prototype ?? {}, "name");

const MADE: readonly Made[] = [
  { maker: URL, args: (value) => [hrefOf(value)] },
  { maker: URLSearchParams, args: (value) => [textOf.call(value)] },
  { maker: TextEncoder, args: (value) => encoderEncodingOf(value) && [] },
  {
    maker: TextDecoder,
    args: (value) => [encodingOf(value), { fatal: fatalOf(value), ignoreBOM: ignoreBomOf(value) }],
  },
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
  const url: Loose = lookAtPrivates(params).elements.find(({ name }) => name === "#context")?.value;
  return url && paramsOf(url) === params ? url : undefined;
}

function madeFromUrl(walker: Walker, value: object, url: URL, step: Step): HostNode {
  const owner = walker.encode(url, { from: step, text: " (its URL)" });
  const node = enterWithoutPrivates(walker, value, step, { k: "params", u: owner }, fillMade(URLSearchParams, [""]));
  node.needs.push(owner);
  return node;
}

/** Node keeps some of an object's state under symbols, which the constructor sets again. */
const fillMade =
  (maker: Loose, args: readonly unknown[]): Fill =>
  (walker, node) => {
    const twin = new maker(...args);
    const isOfNode = (key: PropertyKey) => typeof key === "symbol" && Object.hasOwn(twin, key);
    fillOwn(
      walker,
      node,
      Reflect.ownKeys(node.value).filter((key) => !isOfNode(key)),
    );
  };
