/** Begins the trace of a job, where one is wanted, and says what comes of it. */
import type { CallOutcomes } from "../job/outcomes.js";
import type { TraceOption } from "../options/trace.js";
import { JobTrace } from "../trace/job-trace.js";
import type { NewSpan, SpanFailure } from "../trace/spans.js";
import { now } from "../util/time.js";
import { callPlace } from "../wire/call-place.js";
import type { JobRun } from "./job-run.js";

/** Longest message of an error that a span has, UTF-16 units. */
const MAX_MESSAGE = 1000;

/**
 * Rejects with `OptionError` when it cannot be. What traces is loaded only here. The span that is active where this is called is the
 * parent of the job's; else the call is in which the job was started, if one was.
 *
 * @param parent stands in for the last
 */
export async function openTrace(
  option: TraceOption | undefined,
  run: Pick<JobRun, "jobId" | "functionName" | "backend">,
  startedAt: number,
  parent = callPlace()?.traceparent,
): Promise<JobTrace | undefined> {
  if (!option) return undefined;
  const attributes = { job: run.jobId, function: run.functionName, backend: run.backend.name };
  const job: NewSpan = { name: "job", startedAt, attributes };
  if (option === "x-ray") return new JobTrace((await import("../trace/x-ray.js")).beginXRay(job, parent));
  return new JobTrace(await (await import("../trace/opentelemetry.js")).beginOpenTelemetry(job, parent));
}

/** Once the job has settled, and before anybody who waits for that goes on. */
export function endTrace({ trace, outcomes }: Pick<JobRun, "trace" | "outcomes">): void {
  if (!trace) return;
  const { failure, end, firstFailure, done, failed } = outcomes;
  const reason = failure ?? end ?? firstFailure;
  trace.end(now(), { calls: done, failed }, reason && failureOf(reason));
}

/** Why a call has failed that has settled. */
export function callFailure(outcomes: Pick<CallOutcomes<unknown>, "outcome">, index: number): SpanFailure {
  const outcome = outcomes.outcome(index);
  return outcome?.status === "rejected" ? failureOf(outcome.reason) : { type: "CALL", message: "The call failed." };
}

export function failureOf(reason: Error & { code?: string }): SpanFailure {
  return { type: reason.code ?? reason.name, message: reason.message.slice(0, MAX_MESSAGE) };
}
