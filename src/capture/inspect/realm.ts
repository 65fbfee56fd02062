import vm from "node:vm";
import { once } from "../../util/once.js";
import type { Loose } from "../types.js";

/** The global object of a realm that no code of the program has changed. Making one takes a millisecond, and keeps memory. */
export const untouchedRealm = once((): Loose => vm.runInNewContext("globalThis"));
