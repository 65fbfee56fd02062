import { once } from "../../util/once.js";
import type { Callable, Loose } from "../types.js";
import { objectIdOf, post } from "./connection.js";
import { untouchedRealm } from "./realm.js";

const { apply } = Reflect;

/** The text of a function as the engine has it: programs put their own code in the place of `toString`. */
export function functionText(fn: Callable): string {
  return apply(textOf(), fn, []) as string;
}

/** That of this realm, where nothing has replaced it. Found once: the program may replace it later. */
const textOf = once((): Callable => {
  const here = Object.getOwnPropertyDescriptor(Function.prototype, "toString")?.value;
  return typeof here === "function" && isEngines(here) ? here : untouchedRealm().Function.prototype.toString;
});

const OF_PROGRAM = new Set(["[[FunctionLocation]]", "[[TargetFunction]]", "[[Handler]]"]);

function isEngines(fn: Callable): boolean {
  try {
    const { internalProperties } = post("Runtime.getProperties", { objectId: objectIdOf(fn), ownProperties: true });
    return !internalProperties.some(({ name }: Loose) => OF_PROGRAM.has(name));
  } catch {
    return false;
  }
}
