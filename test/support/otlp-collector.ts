/** A collector of OpenTelemetry's: takes spans by OTLP over HTTP, in its JSON form, on loopback. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface CollectedSpan {
  traceId: string;
  spanId: string;
  /** Empty for the root of a trace. */
  parentSpanId: string;
  name: string;
  /** Unix times, ms. */
  startMs: number;
  endMs: number;
  attributes: Record<string, unknown>;
  /** Absent unless the span failed. */
  error: string | undefined;
}

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: { key: string; value: Record<string, unknown> }[];
  status?: { code?: number; message?: string };
}

/** As OTLP numbers statuses. */
const ERROR = 2;

export async function startCollector(): Promise<{ url: string; spans: CollectedSpan[]; close(): Promise<void> }> {
  const spans: CollectedSpan[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString());
    for (const { scopeSpans } of resourceSpans)
      for (const { scope, spans: some } of scopeSpans)
        for (const span of some as OtlpSpan[])
          if (scope.name === "nodewren" || scope.name === "test") spans.push(spanOf(span));
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()).closeAllConnections());
  return { url, spans, close };
}

function spanOf({
  traceId,
  spanId,
  parentSpanId = "",
  name,
  status,
  attributes = [],
  ...times
}: OtlpSpan): CollectedSpan {
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    startMs: Number(times.startTimeUnixNano) / 1e6,
    endMs: Number(times.endTimeUnixNano) / 1e6,
    attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
    error: status?.code === ERROR ? (status.message ?? "") : undefined,
  };
}
