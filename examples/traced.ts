// The spans of a job, its shards and its calls, below a span of the program. An exporter to a collector would take the place of this one.
import { trace } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { Executor } from "nodewren";

const exporter = new InMemorySpanExporter();
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();

const executor = new Executor({ trace: true });
const square = (x: number) => x * x;

await trace.getTracer("example").startActiveSpan("my program", async (span) => {
  await executor.map(square, [1, 2, 3], { shards: 1 });
  span.end();
});

const spans = exporter.getFinishedSpans();
const show = (parent: string | undefined, indent: string) => {
  for (const span of spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)) {
    const index = span.attributes["nodewren.call.index"];
    console.log(`${indent}${span.name}${index === undefined ? "" : ` ${index}`}`);
    show(span.spanContext().spanId, `${indent}  `);
  }
};
show(undefined, "");

await executor.close();
