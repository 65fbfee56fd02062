/**
 * Spans by OpenTelemetry's API, which the program's own SDK samples and exports. All of them are made here, also those of calls, from the
 * times that come with results: so workers need no SDK, and no way to a collector.
 */
import type * as Api from "@opentelemetry/api";
import { OptionError } from "../errors.js";
import { textOf } from "../util/describe-value.js";
import { once } from "../util/once.js";
import {
  type Attributes,
  type NewSpan,
  parseTraceparent,
  type Span,
  type SpanFailure,
  traceparentOf,
} from "./spans.js";

const warnOfNoSdk = once(() =>
  process.emitWarning(
    "Option trace is true, but no OpenTelemetry SDK is registered in this process, so spans go nowhere. Register one before map(), such as new NodeTracerProvider({ … }).register().",
    "NodewrenWarning",
  ),
);

/**
 * Begins a job's span, as a child of the span that is active where it is called.
 *
 * @param remoteParent stands in where none is active
 * @throws OptionError, as a rejection, when the API is not installed
 */
export async function beginOpenTelemetry(job: NewSpan, remoteParent: string | undefined): Promise<Span> {
  const api = await loadApi();
  let parent = api.context.active();
  const remote = parseTraceparent(remoteParent);
  if (remote && !api.trace.getSpanContext(parent)) {
    const { traceId, spanId, isSampled } = remote;
    parent = api.trace.setSpanContext(parent, { traceId, spanId, traceFlags: Number(isSampled), isRemote: true });
  }
  const span = new ApiSpan(api, api.trace.getTracer("nodewren"), job, parent);
  if (span.traceparent === undefined) warnOfNoSdk();
  return span;
}

async function loadApi(): Promise<typeof Api> {
  try {
    return await import("@opentelemetry/api");
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException | null)?.code === "ERR_MODULE_NOT_FOUND";
    const why = isMissing ? "which is not installed" : `which could not be loaded: ${textOf(cause)}`;
    throw new OptionError(
      "trace",
      `Option trace needs the package @opentelemetry/api, ${why}. Run: npm install @opentelemetry/api`,
      { cause },
    );
  }
}

class ApiSpan implements Span {
  readonly #api: typeof Api;
  readonly #tracer: Api.Tracer;
  readonly #context: Api.Context;
  readonly #span: Api.Span;

  constructor(api: typeof Api, tracer: Api.Tracer, { name, startedAt, attributes }: NewSpan, parent: Api.Context) {
    this.#api = api;
    this.#tracer = tracer;
    const kind = name === "shard" ? api.SpanKind.CLIENT : api.SpanKind.INTERNAL;
    const options = { kind, startTime: startedAt, attributes: prefixed(attributes) };
    this.#span = tracer.startSpan(`nodewren.${name}`, options, parent);
    this.#context = api.trace.setSpan(parent, this.#span);
  }

  get traceparent(): string | undefined {
    const { traceId, spanId, traceFlags } = this.#span.spanContext();
    if (!this.#api.isSpanContextValid({ traceId, spanId, traceFlags })) return undefined;
    return traceparentOf({ traceId, spanId, isSampled: (traceFlags & this.#api.TraceFlags.SAMPLED) !== 0 });
  }

  child(span: NewSpan): Span {
    return new ApiSpan(this.#api, this.#tracer, span, this.#context);
  }

  end(endedAt: number, attributes: Attributes = {}, failure?: SpanFailure): void {
    this.#span.setAttributes(prefixed(attributes));
    if (failure) {
      this.#span.setAttribute("error.type", failure.type);
      this.#span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message: failure.message });
    }
    this.#span.end(endedAt);
  }
}

function prefixed(attributes: Attributes): Api.Attributes {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`nodewren.${name}`, value]));
}
