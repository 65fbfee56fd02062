/** The spans of a job: the job, each attempt at one of its shards, and each call of those that gave a result. */
import type { ShardTimes } from "../job/shard-times.js";
import type { Shard } from "../wire/messages.js";
import type { Attributes, Span, SpanFailure } from "./spans.js";

/** Calls of a job that have spans of their own: as many as a trace is of use with. Those beyond are counted on the job's span. */
const MAX_CALL_SPANS = 10_000;

export class JobTrace {
  readonly #job: Span;
  /** By attempt. */
  readonly #open = new Map<string, Span>();
  #callSpans = 0;
  #callsWithout = 0;
  #hasEnded = false;

  constructor(job: Span) {
    this.#job = job;
  }

  get traceparent(): string | undefined {
    return this.#job.traceparent;
  }

  /** A shard is handed to the backend. Returns what its worker is told. */
  begin(
    { name, first, count }: Shard,
    attempt: { attemptId: string; attempt: number },
    startedAt: number,
  ): string | undefined {
    if (this.#hasEnded) return undefined;
    const attributes = { shard: name, "shard.first": first, "shard.calls": count, "shard.attempt": attempt.attempt };
    const span = this.#job.child({ name: "shard", startedAt, attributes });
    this.#open.set(attempt.attemptId, span);
    return span.traceparent;
  }

  /** An attempt came to no result of its own: it failed, or another one was first, or its shard was cut. */
  leave(attemptId: string, endedAt: number, failure?: SpanFailure): void {
    this.#open.get(attemptId)?.end(endedAt, {}, failure);
    this.#open.delete(attemptId);
  }

  /**
   * A shard has a result. One that another host's attempt gave has its span now.
   *
   * @param failureOf tells why the call with that index has failed
   */
  settle(attemptId: string, times: ShardTimes, failureOf: (index: number) => SpanFailure): void {
    if (this.#hasEnded) return;
    const { shard, first, startedAt, storedAt, noticedAt, worker } = times;
    const own = this.#open.get(attemptId);
    this.#open.delete(attemptId);
    const span = own ?? this.#job.child({ name: "shard", startedAt, attributes: { shard, "shard.first": first } });
    for (let i = 0; i < times.runMs.length; i++) this.#call(span, times, i, failureOf);
    const { fetchMs, setupMs, writeMs, queueMs, startMs } = times;
    span.end(own ? noticedAt : storedAt, {
      worker,
      queue_ms: queueMs,
      start_ms: startMs,
      fetch_ms: fetchMs,
      setup_ms: setupMs,
      write_ms: writeMs,
    });
  }

  #call(shard: Span, times: ShardTimes, i: number, failureOf: (index: number) => SpanFailure): void {
    if (this.#callSpans >= MAX_CALL_SPANS) {
      this.#callsWithout++;
      return;
    }
    this.#callSpans++;
    const startedAt = times.startedAt + (times.callStartMs[i] as number);
    const index = times.first + i;
    const attributes: Attributes = {
      "call.index": index,
      "call.attempts": times.attempts[i] as number,
      worker: times.worker,
    };
    const span = shard.child({ name: "call", startedAt, attributes });
    const cpuMs = times.cpuMs?.[i];
    const failure = times.ok[i] === 1 ? undefined : failureOf(index);
    span.end(startedAt + (times.runMs[i] as number), cpuMs === undefined ? {} : { cpu_ms: cpuMs }, failure);
  }

  /** The job has come to its end, and what is under way of it counts no more. */
  end(endedAt: number, counts: { calls: number; failed: number }, failure?: SpanFailure): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const span of this.#open.values()) span.end(endedAt, { left: true });
    this.#open.clear();
    const { calls, failed } = counts;
    const without = this.#callsWithout > 0 && { calls_without_span: this.#callsWithout };
    this.#job.end(endedAt, { calls, failed, ...without }, failure);
  }
}
