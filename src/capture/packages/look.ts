import type { FunctionLook } from "../inspect/look.js";
import type { Callable } from "../types.js";

/** What a function closes over, as a capture's session tells it. */
export type Look = (fn: Callable) => FunctionLook;
