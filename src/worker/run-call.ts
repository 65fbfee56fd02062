/** Runs one call: a fresh snapshot of the captured state, the user's function, and its outcome as bytes. */
import { setTimeout as pause } from "node:timers/promises";
import type { Program } from "../capture/rebuild/rebuild.js";
import type { ClassRegistry } from "../codec/classes.js";
import { decode, encode } from "../codec/codec.js";
import { CodecError } from "../errors.js";
import { textOf } from "../util/describe-value.js";
import { unpackClasses } from "../wire/classes.js";
import type { Failure } from "../wire/failure.js";
import { retryPauseMs } from "../wire/limits.js";
import type { ShardRequest } from "../wire/messages.js";
import type { CallResult } from "../wire/result.js";
import { Context, type ShardContext } from "./call-context.js";
import { encodeThrown } from "./encode-thrown.js";
import type { WorkerRuntime } from "./runtime.js";

export interface CallJob {
  index: number;
  input: Uint8Array;
  request: ShardRequest;
  program: Program;
  /** Asked about what the call throws; undefined: it is always tried again. */
  when: Program | undefined;
  /** Of the library's own, which travel with no function. */
  classes: ClassRegistry;
  context: ShardContext;
  runtime: WorkerRuntime;
}

type Outcome = Omit<CallResult, "startMs">;

/** Never rejects: whatever the user's function does short of ending the process is an outcome. */
export async function runCall(call: CallJob): Promise<Outcome> {
  const { retries } = call.request;
  for (let retry = 0; ; retry++) {
    const { outcome, isRetried } = await tryCall(call, retry);
    if (!isRetried) return outcome;
    const pauseMs = retryPauseMs(retries, retry);
    // No call runs meanwhile, by which a watchdog could be alarmed.
    call.runtime.onCallsEnd?.();
    if (pauseMs > 0) await pause(pauseMs);
  }
}

async function tryCall(call: CallJob, retry: number): Promise<{ outcome: Outcome; isRetried: boolean }> {
  const { request, runtime } = call;
  runtime.onCallStart?.(call.index, request.timeoutMs, retry);
  const attempts = request.attempt + retry;
  const started = performance.now();
  let { classes } = call;
  let value: unknown;
  try {
    value = await call.runtime.uncaught.during(async () => {
      const { fn, classes: packed } = call.program.instantiate();
      classes = unpackClasses(packed, call.classes);
      const input = decode(call.input, { classes });
      return fn(input, new Context(call.index, attempts, call.context));
    });
  } catch (thrown) {
    const runMs = performance.now() - started;
    const { isRetried, failure } = await judge(call, thrown, retry);
    return { isRetried, outcome: { ok: false, attempts, runMs, bytes: encodeThrown(failure, classes) } };
  }
  const encoded = encodeValue(value, classes);
  const isRetried = !encoded.ok && retry < request.retries.limit;
  return { isRetried, outcome: { attempts, runMs: performance.now() - started, ...encoded } };
}

/** Whether the call gets another try, and what it fails of when it does not. */
async function judge(
  { when, runtime, request }: CallJob,
  thrown: unknown,
  retry: number,
): Promise<{ isRetried: boolean; failure: unknown }> {
  if (retry >= request.retries.limit) return { isRetried: false, failure: thrown };
  if (!when) return { isRetried: true, failure: thrown };
  try {
    const answer = await runtime.uncaught.during(async () => when.instantiate().fn(thrown));
    return { isRetried: Boolean(answer), failure: thrown };
  } catch (error) {
    const message = `The option retries.when threw ${textOf(error)} when it was asked about what the call threw.`;
    return { isRetried: false, failure: new Error(message, { cause: thrown }) };
  }
}

function encodeValue(value: unknown, classes: ClassRegistry): Pick<Outcome, "ok" | "bytes"> {
  try {
    return { ok: true, bytes: encode(value, { root: "result", classes }) };
  } catch (error) {
    // Thrown by a hook of a registered class.
    if (!(error instanceof CodecError)) return { ok: false, bytes: encodeThrown(error, classes) };
    const failure: Failure = { kind: "unencodable", path: error.path, message: error.message };
    return { ok: false, bytes: encode(failure) };
  }
}
