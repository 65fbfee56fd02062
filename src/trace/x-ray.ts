/**
 * Spans as documents of AWS X-Ray, sent to its daemon by UDP ("AWS X-Ray segment documents" and "Sending segment documents to the X-Ray
 * daemon" in its guide). A job is a segment, its shards are subsegments of that, and calls of their shards.
 */
import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { OptionError } from "../errors.js";
import {
  type Attributes,
  type NewSpan,
  parseTraceparent,
  type Span,
  type SpanFailure,
  type TraceContext,
  traceparentOf,
} from "./spans.js";

const HEADER = `${JSON.stringify({ format: "json", version: 1 })}\n`;

/** A document may have 64 kB; what does not fit into that of its parent is sent by itself. */
const MAX_NESTED_BYTES = 60_000;

/** Longest name of a segment. */
const MAX_NAME = 200;

interface Document {
  name: string;
  id: string;
  start_time: number;
  end_time: number;
  annotations: Attributes;
  fault?: true;
  cause?: { exceptions: { id: string; type: string; message: string }[] };
  subsegments?: Document[];
}

/**
 * Begins a job's segment.
 *
 * @param parent of the job; default: what `_X_AMZN_TRACE_ID` names, as it is set on AWS
 * @throws OptionError when `AWS_XRAY_DAEMON_ADDRESS` is none
 */
export function beginXRay(job: NewSpan, parent: string | undefined): Span {
  const { AWS_XRAY_DAEMON_ADDRESS, _X_AMZN_TRACE_ID } = process.env;
  const daemon = new Daemon(addressOf(AWS_XRAY_DAEMON_ADDRESS));
  const above = parseTraceparent(parent) ?? parseAmazonTrace(_X_AMZN_TRACE_ID);
  return new Segment(daemon, job, { above, isRoot: true });
}

class Segment implements Span {
  readonly #daemon: Daemon;
  readonly #span: NewSpan;
  readonly #above: TraceContext | undefined;
  readonly #isRoot: boolean;
  readonly #own: TraceContext;
  /** Calls that have ended. */
  readonly #nested: Document[] = [];
  #parent: Segment | undefined;

  constructor(
    daemon: Daemon,
    span: NewSpan,
    { above, isRoot, parent }: { above: TraceContext | undefined; isRoot: boolean; parent?: Segment },
  ) {
    this.#daemon = daemon;
    this.#span = span;
    this.#above = above;
    this.#isRoot = isRoot;
    this.#parent = parent;
    const traceId = above?.traceId ?? newTraceId(span.startedAt);
    this.#own = { traceId, spanId: newId(), isSampled: above?.isSampled ?? true };
  }

  get traceparent(): string {
    return traceparentOf(this.#own);
  }

  child(span: NewSpan): Span {
    return new Segment(this.#daemon, span, { above: this.#own, isRoot: false, parent: this });
  }

  end(endedAt: number, attributes: Attributes = {}, failure?: SpanFailure): void {
    if (this.#own.isSampled) this.#tell(this.#document(endedAt, attributes, failure));
    if (this.#isRoot) this.#daemon.close();
  }

  #tell(document: Document): void {
    // One datagram for a shard with its calls, as a socket holds a few hundred at once.
    if (this.#span.name === "call" && this.#parent) this.#parent.#nested.push(document);
    else this.#send(document, this.#nested);
  }

  #send(document: Document, nested: readonly Document[]): void {
    let bytes = JSON.stringify(document).length;
    const apart = nested.filter((one) => {
      bytes += JSON.stringify(one).length + 1;
      return bytes > MAX_NESTED_BYTES;
    });
    const within = nested.slice(0, nested.length - apart.length);
    const { traceId } = this.#own;
    const trace = { trace_id: `1-${traceId.slice(0, 8)}-${traceId.slice(8)}` };
    const place = this.#isRoot ? {} : { type: "subsegment" };
    const parent = this.#above && { parent_id: this.#above.spanId };
    this.#daemon.send({
      ...document,
      ...trace,
      ...place,
      ...parent,
      ...(within.length > 0 && { subsegments: within }),
    });
    for (const one of apart) this.#daemon.send({ ...one, ...trace, type: "subsegment", parent_id: this.#own.spanId });
  }

  #document(endedAt: number, attributes: Attributes, failure: SpanFailure | undefined): Document {
    const { name, startedAt } = this.#span;
    const all = { ...this.#span.attributes, ...attributes };
    return {
      name: this.#isRoot ? nameOf(all) : name,
      id: this.#own.spanId,
      start_time: startedAt / 1000,
      end_time: endedAt / 1000,
      // Keys of annotations have no dots.
      annotations: Object.fromEntries(Object.entries(all).map(([key, value]) => [key.replaceAll(".", "_"), value])),
      ...(failure && { fault: true, cause: { exceptions: [{ id: newId(), ...failure }] } }),
    };
  }
}

/** Of the function, with what names may have. */
function nameOf({ function: name }: Attributes): string {
  return `nodewren ${name || "job"}`.replace(/[^\p{L}\p{N}\s_.:/%&#=+\\\-@]/gu, "_").slice(0, MAX_NAME);
}

class Daemon {
  readonly #socket: Socket;
  #underWay = 0;
  #isClosing = false;

  constructor({ host, port }: { host: string; port: number }) {
    this.#socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    // Nobody there is no trouble of the job's.
    this.#socket.on("error", () => {});
    this.#socket.connect(port, host);
  }

  send(document: object): void {
    this.#underWay++;
    const send = () => this.#socket.send(HEADER + JSON.stringify(document), () => this.#sent());
    // Without a connection, it would throw.
    if (isConnected(this.#socket)) send();
    else this.#socket.once("connect", send);
  }

  /** Once all has been sent. */
  close(): void {
    this.#isClosing = true;
    if (this.#underWay === 0) this.#socket.close();
  }

  #sent(): void {
    this.#underWay--;
    if (this.#isClosing && this.#underWay === 0) this.#socket.close();
  }
}

function isConnected(socket: Socket): boolean {
  try {
    socket.remoteAddress();
    return true;
  } catch {
    return false;
  }
}

/** As X-Ray's own SDKs read it: `host:port`, or `tcp:host:port udp:host:port`. */
function addressOf(text = "127.0.0.1:2000"): { host: string; port: number } {
  const udp =
    text
      .split(/\s+/)
      .find((one) => one.startsWith("udp:"))
      ?.slice("udp:".length) ?? text;
  const [, host, port] = /^\[?([^\s[\]]+?)\]?:(\d{1,5})$/.exec(udp) ?? [];
  if (host !== undefined && Number(port) > 0 && Number(port) < 65_536) return { host, port: Number(port) };
  throw new OptionError(
    "trace",
    `Variable AWS_XRAY_DAEMON_ADDRESS must be an address such as 127.0.0.1:2000, but is ${JSON.stringify(text)}.`,
  );
}

/** The header of X-Ray, as in `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`. */
function parseAmazonTrace(text = ""): TraceContext | undefined {
  const [, time, rest] = /Root=1-([0-9a-f]{8})-([0-9a-f]{24})/.exec(text) ?? [];
  const [, spanId] = /Parent=([0-9a-f]{16})/.exec(text) ?? [];
  if (!time || !rest || !spanId) return undefined;
  return { traceId: time + rest, spanId, isSampled: !/Sampled=0/.test(text) };
}

/** X-Ray takes those that begin with the time, in seconds. */
function newTraceId(startedAt: number): string {
  return (
    Math.floor(startedAt / 1000)
      .toString(16)
      .padStart(8, "0") + randomBytes(12).toString("hex")
  );
}

function newId(): string {
  return randomBytes(8).toString("hex");
}
