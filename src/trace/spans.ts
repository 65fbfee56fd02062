/** Spans, and where they go: to whatever tracing a program has. */

export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface NewSpan {
  name: "job" | "shard" | "call";
  /** Unix time, ms. */
  startedAt: number;
  attributes: Attributes;
}

/** Why what a span is about has failed. */
export interface SpanFailure {
  /** Such as the `code` of an error. */
  type: string;
  message: string;
}

export interface Span {
  /** In the form of W3C's trace context; undefined where nobody records it. */
  readonly traceparent: string | undefined;
  /** Begins one that is part of this. */
  child(span: NewSpan): Span;
  /** @param endedAt Unix time, ms */
  end(endedAt: number, attributes?: Attributes, failure?: SpanFailure): void;
}

export interface TraceContext {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 of them. */
  spanId: string;
  isSampled: boolean;
}

/** Undefined when it is none. */
export function parseTraceparent(text: string | undefined): TraceContext | undefined {
  const [, traceId, spanId, flags] =
    /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/.exec(text ?? "") ?? [];
  if (!traceId || !spanId || !flags) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function traceparentOf({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? "01" : "00"}`;
}
