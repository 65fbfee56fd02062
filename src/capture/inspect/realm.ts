import vm from "node:vm";
import type { Loose } from "../types.js";

let made: Loose;

/** The global object of a realm that no code of the program has changed. Making one takes a millisecond, and keeps memory. */
export function untouchedRealm(): Loose {
  made ??= vm.runInNewContext("globalThis");
  return made;
}
