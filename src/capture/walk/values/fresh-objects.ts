import { AsyncLocalStorage } from "node:async_hooks";
import { types } from "node:util";
import { lookAtPrivates } from "../../inspect/privates.js";
import { ownProperty } from "../../own-property.js";

/** A class, whose constructor need not be called with what `args` gives to be made at all. */
export type Maker = new (...args: never[]) => object;

export interface Made {
  maker: Maker;
  /** Whether own members under texts are the class's own, too. */
  hidesKeys?: boolean;
  /** What the constructor has to be given for an equal object; throws for one that only inherits from the class. */
  args(value: object): unknown[] | undefined;
}

const { getStore } = AsyncLocalStorage.prototype;

/** Classes of Node whose instances have state that shows nowhere, unless there is none yet or code can ask for all of it. */
const FRESH: Readonly<Record<string, (maker: Maker) => Made>> = {
  AsyncLocalStorage: (maker) => ({
    maker,
    hidesKeys: true,
    args: (value) => (getStore.call(value) === undefined && isAlike(value, new AsyncLocalStorage()) ? [] : undefined),
  }),
  EventTarget: (maker) => ({ maker, args: (value) => (isAlike(value, new EventTarget()) ? [] : undefined) }),
  Headers: (maker) => ({ maker, args: (value) => (isFree(value) ? headersOf(value) : undefined) }),
};

/** The maker of an object whose nearest class of Node's has that name. */
export function freshMaker(value: object, name: string | undefined): Made | undefined {
  const made = name !== undefined && Object.hasOwn(FRESH, name) ? FRESH[name] : undefined;
  if (!made) return undefined;
  for (let at = Object.getPrototypeOf(value); at && !types.isProxy(at); at = Object.getPrototypeOf(at)) {
    const maker: unknown = ownProperty(at, "constructor")?.value;
    if (typeof maker === "function" && maker.name === name) return made(maker as Maker);
  }
  return undefined;
}

/** Whether what Node keeps in an object, under symbols and private names, is what it keeps in a new one. */
export function isAlike(value: object, twin: object): boolean {
  const kept = Object.getOwnPropertySymbols(twin);
  const privates = lookAtPrivates(value).elements;
  return (
    kept.every((key) => isSame(ownProperty(value, key)?.value, ownProperty(twin, key)?.value)) &&
    lookAtPrivates(twin).elements.every((one, index) => isSame(privates[index]?.value, one.value))
  );
}

/** Equal, or both empty. */
function isSame(one: unknown, other: unknown): boolean {
  return types.isMap(one) && types.isMap(other) ? one.size === other.size : Object.is(one, other);
}

/** Headers of a request or a response cannot all be changed, and only their guard tells. */
function isFree(value: object): boolean {
  const { elements } = lookAtPrivates(value);
  const symbol = Object.getOwnPropertySymbols(value).find(({ description }) => /guard/.test(description ?? ""));
  const guard = symbol ? ownProperty(value, symbol)?.value : elements.find(({ name }) => name === "#guard")?.value;
  return guard === "none";
}

/** Cookies may be there more than once, which no record holds. */
function headersOf(value: object): unknown[] | undefined {
  const list = [...Headers.prototype.entries.call(value as Headers)];
  const record = Object.fromEntries(list);
  return Object.keys(record).length === list.length ? [record] : undefined;
}
