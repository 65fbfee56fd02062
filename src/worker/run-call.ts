/** Runs one call: a fresh snapshot of the captured state, the user's function, and its outcome as bytes. */
import type { Instance } from "../capture/rebuild/rebuild.js";
import type { ClassRegistry } from "../codec/classes.js";
import { encode } from "../codec/codec.js";
import { CodecError } from "../errors.js";
import { textOf } from "../util/describe-value.js";
import { isInstance } from "../util/is-instance.js";
import { unpackClasses } from "../wire/classes.js";
import type { Delivery } from "../wire/delivery.js";
import type { Failure } from "../wire/failure.js";
import { WHEN, WRITER } from "../wire/helpers.js";
import { retryPauseMs } from "../wire/limits.js";
import type { ShardRequest } from "../wire/messages.js";
import { apply } from "./apply.js";
import { Context } from "./call-context.js";
import { type Rendered, render } from "./delivery/render.js";
import type { RenderedCall } from "./delivery/store-part.js";
import { Unfit } from "./delivery/unfit.js";
import { encodeThrown } from "./encode-thrown.js";
import type { CallInput } from "./resolve-inputs.js";
import type { PreparedJob } from "./setups.js";
import { Overrun, type Tries } from "./tries.js";
import type { UsageMeter } from "./usage-meter.js";

/** Taken at load: the user's function may replace it. */
const now = performance.now.bind(performance);

export interface CallJob {
  index: number;
  input: CallInput;
  request: ShardRequest;
  job: PreparedJob;
  /** Of the library's own, which travel with no function. */
  classes: ClassRegistry;
  tries: Tries;
  /** Clock time of the shard's start. */
  origin: number;
  meter: UsageMeter;
}

const NOTHING = new Uint8Array();

/**
 * Never rejects: whatever the user's function does short of ending the process is an outcome. Resolves with undefined when the
 * call is to be tried again, but cannot be here.
 */
export async function runCall(call: CallJob): Promise<RenderedCall | undefined> {
  const { request, tries } = call;
  const { input } = call;
  if (!(input instanceof Uint8Array) && "failure" in input)
    return { ok: false, attempts: request.attempt, startMs: now() - call.origin, runMs: 0, bytes: input.failure };
  for (let retry = 0; ; retry++) {
    const { outcome, isRetried } = await tryCall(call, retry);
    if (!isRetried) return outcome;
    if (tries.isAbandoned) return undefined;
    await tries.next(retryPauseMs(request.retries, retry));
  }
}

async function tryCall(call: CallJob, retry: number): Promise<{ outcome: RenderedCall; isRetried: boolean }> {
  const { request, tries, job, meter } = call;
  tries.begin(call.index, retry);
  const attempts = request.attempt + retry;
  const metered = meter.begin();
  const started = now();
  const ran = () => ({ attempts, startMs: started - call.origin, runMs: now() - started, usage: meter.end(metered) });
  let { classes } = call;
  let instance: Instance | undefined;
  let encoded: Pick<RenderedCall, "ok" | "bytes" | "rendered">;
  try {
    const value = await tries.during(async () => {
      const { isBeside } = tries;
      instance = job.program.instantiate(isBeside);
      const { fn, helpers } = instance;
      classes = unpackClasses(instance.classes, call.classes);
      const context = new Context(call.index, attempts, tries.context);
      const applied = { fn, classes, ownClasses: call.classes, request, job, isBeside };
      const value = await apply(applied, call.input, context);
      const writer = helpers.get(WRITER);
      return writer ? writer(value, context) : value;
    });
    encoded = request.delivery ? renderValue(value, request.delivery) : encodeValue(value, classes);
  } catch (thrown) {
    const times = ran();
    const { isRetried, failure } = await judge(call, thrown, retry, instance);
    const bytes = isInstance(failure, Overrun) ? encodeOverrun(request) : encodeThrown(failure, classes);
    return { isRetried, outcome: { ok: false, ...times, bytes } };
  }
  const isRetried = !encoded.ok && retry < request.retries.limit;
  return { isRetried, outcome: { ...ran(), ...encoded } };
}

/** Whether the call gets another try, and what it fails of when it does not. */
async function judge(
  { tries, request }: CallJob,
  thrown: unknown,
  retry: number,
  instance: Instance | undefined,
): Promise<{ isRetried: boolean; failure: unknown }> {
  const mayRetry = retry < request.retries.limit;
  const when = instance?.helpers.get(WHEN);
  if (!mayRetry || !when || isInstance(thrown, Overrun)) return { isRetried: mayRetry, failure: thrown };
  try {
    const answer = await tries.during(async () => when(thrown));
    return { isRetried: Boolean(answer), failure: thrown };
  } catch (error) {
    if (isInstance(error, Overrun)) return { isRetried: true, failure: error };
    const message = `The option retries.when threw ${textOf(error)} when it was asked about what the call threw.`;
    return { isRetried: false, failure: new Error(message, { cause: thrown }) };
  }
}

function encodeOverrun({ timeoutMs = Infinity }: ShardRequest): Uint8Array {
  return encode({ kind: "timeout", timeoutMs } satisfies Failure);
}

function encodeValue(value: unknown, classes: ClassRegistry): Pick<RenderedCall, "ok" | "bytes"> {
  try {
    return { ok: true, bytes: encode(value, { root: "result", classes }) };
  } catch (error) {
    // Thrown by a hook of a registered class.
    if (!isInstance(error, CodecError)) return { ok: false, bytes: encodeThrown(error, classes) };
    return { ok: false, bytes: unencodable(error) };
  }
}

/** Counts come in place of the bytes when all of the shard's values are written. */
function renderValue(value: unknown, delivery: Delivery): { ok: boolean; bytes: Uint8Array; rendered?: Rendered } {
  try {
    return { ok: true, bytes: NOTHING, rendered: render(value, delivery) };
  } catch (error) {
    // Of the value's own, such as of a getter.
    if (!isInstance(error, Unfit)) throw error;
    return { ok: false, bytes: unencodable(error) };
  }
}

function unencodable({ path, message }: CodecError | Unfit): Uint8Array {
  return encode({ kind: "unencodable", path, message } satisfies Failure);
}
