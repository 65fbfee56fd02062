/** The failed calls of a job, by what failed and where. */
import { foreignFrames } from "../errors/own-frames.js";
import { CallError, type NodewrenError } from "../errors.js";
import type { CallOutcomes } from "../job/outcomes.js";
import type { FailureKind } from "../view/report-data.js";
import { cut } from "./preview-text.js";

/** Of more kinds than this, the most frequent ones are told. */
const MAX_KINDS = 50;

/** Of each kind, so many calls are named. */
const CALLS_NAMED = 20;

/** Characters. */
const MESSAGE_LENGTH = 1000;
const STACK_LENGTH = 3000;

type Failures = Pick<CallOutcomes<unknown>, "order" | "statusOf" | "outcome">;

/** The most frequent first. Of a stream, those are counted that no loop has passed. */
export function failureKinds(outcomes: Failures): FailureKind[] {
  const kinds = new Map<string, FailureKind>();
  for (const { index, reason } of failuresOf(outcomes)) {
    const kind = kindOf(reason);
    const [place] = kind.stack.split("\n", 1);
    // What has no place in the user's code is told apart by its message, whatever numbers are in it.
    const key = JSON.stringify([kind.code, kind.name, place || kind.message.replace(/\d+/g, "#")]);
    const known = kinds.get(key) ?? kind;
    kinds.set(key, known);
    known.count++;
    if (known.calls.length < CALLS_NAMED) known.calls.push(index);
  }
  return [...kinds.values()].sort((a, b) => b.count - a.count).slice(0, MAX_KINDS);
}

/** In the order in which they became known. */
export function* failuresOf(outcomes: Failures): Generator<{ index: number; reason: NodewrenError }> {
  for (const index of outcomes.order) {
    if (outcomes.statusOf(index) !== "rejected") continue;
    const outcome = outcomes.outcome(index);
    if (outcome?.status === "rejected") yield { index, reason: outcome.reason };
  }
}

/** Which call of which job it was is told beside it. */
export function bareMessage({ message }: NodewrenError): string {
  return message.replace(/^Call \d+ of job [\w-]+(?: threw)? /, "");
}

function kindOf(reason: NodewrenError): FailureKind {
  const name = reason instanceof CallError ? reason.className : reason.name;
  const message = bareMessage(reason);
  return {
    code: reason.code,
    name,
    message: cut(message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message, MESSAGE_LENGTH),
    stack: cut(foreignFrames(reason.stack), STACK_LENGTH),
    count: 0,
    calls: [],
  };
}
