/** What a server of shards answers: always the same few objects as JSON, so that anything else is the platform's own word. */
import { hasFields, isCount, isText, orNone } from "./checks.js";
import { type Death, isDeath } from "./death.js";
import { decodeAnswer, encodeAnswer, type InvocationAnswer, parsed } from "./invocation.js";
import type { System } from "./system.js";

/** The request was not run. */
export interface ServedRefusal {
  /** As in HTTP, whether or not the platform passes it on: 400, 401, 413, or 429 where all workers are busy. */
  status: number;
  message: string;
}

export type ServedAnswer = InvocationAnswer | { death: Death } | { refusal: ServedRefusal };

/** What a server tells of itself, to anybody. */
export interface ServedDescription {
  /** Version of the format of messages, as in `WIRE_VERSION`. */
  wire: number;
  /** Shards that it runs at once. */
  workers: number;
  system: System;
}

/** As an object: some platforms make the JSON themselves. */
export function encodeServed(answer: ServedAnswer): object {
  return "death" in answer || "refusal" in answer ? answer : encodeAnswer(answer);
}

/** Undefined when the bytes are no answer of a server of ours. */
export function decodeServed(bytes: Uint8Array): ServedAnswer | undefined {
  const answer = decodeAnswer(bytes);
  if (answer) return answer;
  const { death, refusal } = (parsed(bytes) ?? {}) as { death?: unknown; refusal?: unknown };
  if (isDeath(death)) return { death };
  return isRefusal(refusal) ? { refusal } : undefined;
}

/** Undefined when the bytes are no description of a server of ours. */
export function decodeDescription(bytes: Uint8Array): ServedDescription | undefined {
  const { nodewren } = (parsed(bytes) ?? {}) as { nodewren?: unknown };
  return isDescription(nodewren) ? nodewren : undefined;
}

const hasRefusalFields = hasFields({ status: isCount, message: isText });
const isSystem = hasFields({ platform: isText, arch: orNone(isText), libc: orNone(isText), abi: orNone(isText) });
const hasDescriptionFields = hasFields({ wire: isCount, workers: isCount, system: isSystem });

function isRefusal(value: unknown): value is ServedRefusal {
  return hasRefusalFields(value);
}

function isDescription(value: unknown): value is ServedDescription {
  return hasDescriptionFields(value);
}
