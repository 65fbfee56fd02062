/**
 * How an executor that is made inside a call learns of the worker around it: it asks on a channel of Node's, and the worker answers.
 * The two are loaded from different files, so that they share no variable of a module.
 */
import { channel, subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Store, StoreDescriptor } from "../stores/store.js";

const CHANNEL = "nodewren.call-place";

/** Maps that run inside of each other: one in a call in a call of a job. What goes deeper has most likely no end. */
export const MAX_DEPTH = 3;

export interface CallPlace {
  /** 1 in a call of a job that no call started, 2 in a call of one that such a call started, and so on. */
  depth: number;
  /** Workers that jobs started here may have. */
  workers: number;
  /** The job's, as it was opened here. */
  store: Store;
  /** Of that store. */
  descriptor: StoreDescriptor;
  /** Aborted when the call's job is cancelled. */
  readonly signal: AbortSignal;
  /** The span of the attempt that runs; undefined where nobody traces its job. */
  traceparent?: string | undefined;
  /** Where the job's workers are a function of AWS Lambda: that one. */
  lambda?: { functionName: string; region: string | undefined } | undefined;
  /** Why no executor may be made here; undefined: one may. */
  refusal?: string | undefined;
}

/** What is not the same for all shards of a worker. */
export type ShardPlace = Pick<CallPlace, "store" | "descriptor" | "signal">;

interface Question {
  answer?: CallPlace | undefined;
}

/** Undefined where no worker is around. */
export function callPlace(): CallPlace | undefined {
  const question: Question = {};
  channel(CHANNEL).publish(question);
  return question.answer;
}

/** From now on, `answer` tells executors of this process where they are. Returns what ends that. */
export function answerCallPlace(answer: () => CallPlace | undefined): () => void {
  const onQuestion = (question: unknown): void => {
    (question as Question).answer = answer();
  };
  subscribe(CHANNEL, onQuestion);
  return () => void unsubscribe(CHANNEL, onQuestion);
}
