import { EventEmitter } from "node:events";
import { lookAtFunction } from "../inspect/look.js";
import { emitterSymbols, ONCE_WRAPPER } from "../rebuild/emitter-parts.js";
import type { Callable } from "../types.js";
import type { IntrinsicPath } from "./places.js";

/** The place of what Node's event emitters hold, and no public name reaches: see `rebuild/emitter-parts.ts`. */
export function emitterPartOf(value: symbol | Callable): IntrinsicPath | undefined {
  if (typeof value === "function") return isOnceWrapper(value) ? { root: ONCE_WRAPPER, path: [] } : undefined;
  const found = [...emitterSymbols()].find(([, key]) => key === value);
  return found && { root: found[0], path: [] };
}

function isOnceWrapper(fn: Callable): boolean {
  return Object.getOwnPropertyDescriptor(fn, "name")?.value === "onceWrapper" && fn === onceWrapper();
}

/** What a listener is bound in for the time until it is called. */
function onceWrapper(): Callable | undefined {
  const emitter = new EventEmitter();
  emitter.once("event", () => {});
  const [wrapped] = emitter.rawListeners("event");
  return wrapped && lookAtFunction(wrapped).bound?.target;
}
