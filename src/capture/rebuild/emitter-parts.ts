import { EventEmitter } from "node:events";

/**
 * What Node's event emitters hold that no public name reaches. In a payload its root is `@` and a name: that of a symbol
 * among an emitter's own keys, or of the function that stands in for a listener that is called once.
 */
export const ONCE_WRAPPER = "@onceWrapper";

export function emitterPart(root: string): symbol | typeof callOnce {
  return root === ONCE_WRAPPER ? callOnce : (emitterSymbols().get(root) ?? Symbol(root.slice(1)));
}

/** Symbols that this version of Node gives each emitter, by their root. */
export function emitterSymbols(): Map<string, symbol> {
  const keys = Object.getOwnPropertySymbols(new EventEmitter({ captureRejections: true }));
  return new Map(keys.map((key) => [`@${key.description}`, key]));
}

interface Once {
  fired: boolean;
  target: EventEmitter;
  type: string | symbol;
  listener: (...args: unknown[]) => unknown;
  wrapFn: (...args: unknown[]) => unknown;
}

/** Does what Node's own does, which is bound to an object with these fields, and which nothing leads to. */
function callOnce(this: Once, ...args: unknown[]): unknown {
  if (this.fired) return undefined;
  const { target, type, listener, wrapFn } = this;
  target.removeListener(type, wrapFn);
  this.fired = true;
  return Reflect.apply(listener, target, args);
}
