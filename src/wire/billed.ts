/** What a platform bills of an invocation: where it ran, and for how long, as its worker knows it and as the platform says. */
import { type Check, hasFields, isNumber, isPositive, isText, orNone } from "./checks.js";

/** As AWS names processors. */
export type Architecture = "x86_64" | "arm64";

/** What decides about the price of a worker's time. */
export interface BilledPlace {
  /** Such as `"eu-west-1"`. */
  region: string;
  architecture: Architecture;
  /** Memory of each worker, MiB. */
  memoryMb: number;
  /** Size of each worker's disk, MiB; undefined when it is not known. */
  diskMb?: number | undefined;
}

/** What rides in the header of a result object. */
export interface Invocation extends Omit<BilledPlace, "diskMb"> {
  /** From its start until its result was about to be stored, ms. */
  ranMs: number;
  /** Time that its worker took to start for it, ms; absent when the worker was there already. */
  initMs?: number;
}

/** What the platform's own log says of an invocation. */
export interface Billed {
  /** Time that it bills, the start of the worker included, ms. */
  ms: number;
  memoryMb: number;
}

export const isInvocation: Check = hasFields({
  region: isText,
  architecture: (value) => value === "x86_64" || value === "arm64",
  memoryMb: isPositive,
  ranMs: isNumber,
  initMs: orNone(isNumber),
});
