/** Runs one call: a fresh snapshot of the captured state, the user's function, and its outcome as bytes. */
import type { Program } from "../capture/rebuild.js";
import type { ClassRegistry } from "../codec/classes.js";
import { decode, encode } from "../codec/codec.js";
import { CodecError } from "../errors.js";
import { unpackClasses } from "../wire/classes.js";
import type { Failure } from "../wire/failure.js";
import type { ShardRequest } from "../wire/messages.js";
import type { CallResult } from "../wire/result.js";
import { Context, type ShardContext } from "./context.js";
import type { Platform } from "./platform.js";
import { encodeThrown } from "./thrown.js";

export interface CallJob {
  index: number;
  input: Uint8Array;
  request: ShardRequest;
  program: Program;
  context: ShardContext;
  platform: Platform;
}

type Outcome = Omit<CallResult, "startMs">;

/** Never rejects: whatever the user's function does short of ending the process is an outcome. */
export async function runCall(call: CallJob): Promise<Outcome> {
  const { attempt, retries } = call.request;
  for (let retry = 0; ; retry++) {
    const outcome = await tryCall(call, attempt + retry);
    if (outcome.ok || retry >= retries) return outcome;
  }
}

async function tryCall(call: CallJob, attempt: number): Promise<Outcome> {
  call.platform.onCallStart?.(call.index, call.request.timeoutMs);
  const started = performance.now();
  let classes: ClassRegistry | undefined;
  let value: unknown;
  try {
    value = await call.platform.strays.during(async () => {
      const { fn, classes: packed } = call.program.instantiate();
      classes = unpackClasses(packed);
      const input = decode(call.input, { classes });
      return fn(input, new Context(call.index, attempt, call.context));
    });
  } catch (thrown) {
    return { ok: false, runMs: performance.now() - started, bytes: encodeThrown(thrown, classes) };
  }
  return { runMs: performance.now() - started, ...encodeValue(value, classes) };
}

function encodeValue(value: unknown, classes: ClassRegistry | undefined): Pick<Outcome, "ok" | "bytes"> {
  try {
    return { ok: true, bytes: encode(value, { root: "result", classes }) };
  } catch (error) {
    // Thrown by a hook of a registered class.
    if (!(error instanceof CodecError)) return { ok: false, bytes: encodeThrown(error, classes) };
    const failure: Failure = { kind: "unencodable", path: error.path, message: error.message };
    return { ok: false, bytes: encode(failure) };
  }
}
