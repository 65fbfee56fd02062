import type { WorkerFailure } from "../wire/messages.js";
import { WorkerRefusal } from "./backend.js";

/** A worker that failed in a way that nobody foresaw may be broken, by the user's function for one: another may do. */
export function refusalOf({ code, message, retire }: WorkerFailure): WorkerRefusal {
  return new WorkerRefusal(code === "STORE" ? "store" : "invoke", message, { transient: retire });
}
