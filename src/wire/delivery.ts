/** Results that workers write to a place of the user's: what host and workers agree on. */
import type { StoreDescriptor } from "../stores/store.js";
import { hasFields, isCount, isFlag, isText, orNone } from "./checks.js";

/** How and where a job's results are written. */
export interface Delivery {
  store: StoreDescriptor;
  as: "jsonl" | "csv" | "bytes";
  /** Whether the payload has a function that makes text or bytes of each result. */
  hasWriter?: boolean | undefined;
}

/** What a result object says of the object that its calls' values were written to. */
export interface Part {
  name: string;
  records: number;
  bytes: number;
}

/** Names the job that an output is of, and says when it is complete and what counts. */
export const MANIFEST_KEY = "manifest.json";

export const PART_PREFIX = "part-";

/** Digits of a call's index in names, so that they sort as the calls do. */
const INDEX_DIGITS = 10;

const PART_NAME = /^part-\d{10}-\d+-[0-9a-f-]{36}(\.\w+)?$/;

/**
 * Every attempt has names of its own, since it is only decided later whose result counts, and nothing that was written is ever
 * replaced.
 */
export function partName(
  { as, hasWriter }: Delivery,
  { first, count }: { first: number; count: number },
  attemptId: string,
): string {
  const ending = { jsonl: ".jsonl", csv: ".csv", bytes: hasWriter ? "" : ".bin" }[as];
  return `${PART_PREFIX}${String(first).padStart(INDEX_DIGITS, "0")}-${count}-${attemptId}${ending}`;
}

export function isPartName(name: string): boolean {
  return PART_NAME.test(name);
}

const hasDescriptor = hasFields({ kind: isText });

export const isDelivery = hasFields({
  store: hasDescriptor,
  as: (value) => ["jsonl", "csv", "bytes"].includes(value as string),
  hasWriter: orNone(isFlag),
});

export const isPart = hasFields({ name: isText, records: isCount, bytes: isCount });
