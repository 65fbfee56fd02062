import { expect, it } from "vitest";
import type { ShardTimes } from "../../../src/job/shard-times.js";
import { JobTrace } from "../../../src/trace/job-trace.js";
import type { Attributes, NewSpan, Span, SpanFailure } from "../../../src/trace/spans.js";

interface Recorded extends NewSpan {
  children: Recorded[];
  end?: { at: number; attributes: Attributes; failure: SpanFailure | undefined };
}

function recording(span: NewSpan): { span: Span; recorded: Recorded } {
  const recorded: Recorded = { ...span, children: [] };
  return {
    recorded,
    span: {
      traceparent: span.name,
      child(next) {
        const child = recording(next);
        recorded.children.push(child.recorded);
        return child.span;
      },
      end(at, attributes = {}, failure) {
        expect(recorded.end, "ended once").toBeUndefined();
        recorded.end = { at, attributes, failure };
      },
    },
  };
}

function newTrace() {
  const { span, recorded } = recording({ name: "job", startedAt: 0, attributes: {} });
  return { trace: new JobTrace(span), job: recorded };
}

const shard = { name: "s", first: 10, count: 2, byteStart: 0, byteEnd: 0 };
const begin = (trace: JobTrace, attemptId: string, at: number) => trace.begin(shard, { attemptId, attempt: 1 }, at);

function timesOf(calls: number): ShardTimes {
  return {
    shard: "s",
    worker: "process 1",
    place: "local",
    first: 10,
    startedAt: 100,
    storedAt: 180,
    noticedAt: 200,
    queueMs: 1,
    startMs: 2,
    fetchMs: 3,
    setupMs: 0,
    writeMs: 4,
    noticeMs: 5,
    sharedCores: undefined,
    runMs: new Float64Array(calls).fill(20),
    callStartMs: Float32Array.from({ length: calls }, (_, i) => 10 + 30 * i),
    cpuMs: undefined,
    attempts: new Uint32Array(calls).fill(1),
    ok: Uint8Array.from({ length: calls }, (_, i) => (i === 1 ? 0 : 1)),
    queuedMs: 0,
    coreWaitMs: 0,
    blockedMs: 0,
  };
}

const failureOf = (index: number) => ({ type: "CALL", message: `call ${index}` });

it("a shard's span has its calls, from the times of its result", () => {
  const { trace, job } = newTrace();
  expect(begin(trace, "a", 90)).toBe("shard");
  trace.settle("a", timesOf(2), failureOf);
  trace.end(300, { calls: 2, failed: 1 });
  const [one] = job.children;
  expect(one).toMatchObject({ startedAt: 90, end: { at: 200, attributes: { worker: "process 1", fetch_ms: 3 } } });
  expect(one?.children.map(({ startedAt, end }) => [startedAt, end?.at, end?.failure?.message])).toEqual([
    [110, 130, undefined],
    [140, 160, "call 11"],
  ]);
  expect(job.end).toEqual({ at: 300, attributes: { calls: 2, failed: 1 }, failure: undefined });
});

it("of a copy that was not first, and of what was cut, there is a span without calls", () => {
  const { trace, job } = newTrace();
  begin(trace, "a", 1);
  begin(trace, "copy", 2);
  trace.settle("copy", timesOf(1), failureOf);
  trace.leave("a", 50, { type: "x", message: "dead" });
  // A piece of what was cut has its span from its result.
  trace.settle("a", timesOf(1), failureOf);
  expect(job.children.map(({ startedAt, children, end }) => [startedAt, children.length, end?.at])).toEqual([
    [1, 0, 50],
    [2, 1, 200],
    [100, 1, 180],
  ]);
});

it("what is under way at the end is left, and nothing comes after it", () => {
  const { trace, job } = newTrace();
  begin(trace, "a", 1);
  trace.end(5, { calls: 1, failed: 1 }, { type: "CANCELLED", message: "why" });
  trace.end(6, { calls: 1, failed: 1 });
  trace.settle("a", timesOf(1), failureOf);
  trace.leave("a", 7);
  expect(begin(trace, "b", 8)).toBeUndefined();
  expect(job.children).toMatchObject([{ end: { at: 5, attributes: { left: true } } }]);
  expect(job.end?.failure?.type).toBe("CANCELLED");
});

it("beyond 10,000 calls are counted only", () => {
  const { trace, job } = newTrace();
  trace.settle("a", timesOf(9_999), failureOf);
  trace.settle("b", timesOf(3), failureOf);
  trace.end(300, { calls: 10_002, failed: 0 });
  expect(job.children.map(({ children }) => children.length)).toEqual([9_999, 1]);
  expect(job.end?.attributes).toMatchObject({ calls_without_span: 2 });
});
