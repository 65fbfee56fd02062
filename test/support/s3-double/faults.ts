/** What can go wrong between client and server, on demand. */
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, errorAnswer } from "./answer.js";

export type FaultKind =
  /** The connection is reset before anything is done. */
  | "reset before"
  /** It is done, and the connection is reset in place of an answer. */
  | "reset after"
  /** It is done, and nothing is ever answered. */
  | "silence after"
  /** Nothing is done, and nothing ever answered. */
  | "silence"
  /** Half of the body, and a reset. */
  | "reset in body"
  /** Half of the body, and nothing more. */
  | "silence in body"
  /** The body, a byte at a time, so that the connection is never silent for long. */
  | "slow body"
  /** Half of the body, with headers that call it the whole. */
  | "truncated"
  /** One bit of the body is changed. */
  | "corrupt"
  /** A web page, with the given status. */
  | "page";

export interface FaultRule {
  /** Name of the API's operation, such as `"PutObject"`. Default: any. */
  operation?: string;
  /** Requests that are answered as usual first. Default 0. */
  after?: number;
  /** Requests that the rule is for. Default 1. */
  times?: number;
  /** Either a kind of fault, or an answer in place of S3's own: nothing is done then. */
  fault?: FaultKind;
  status?: number;
  code?: string;
  headers?: Record<string, string>;
}

export class Faults {
  #rules: Required<Pick<FaultRule, "after" | "times">>[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ after: 0, times: 1, ...rule });
  }

  clear(): void {
    this.#rules = [];
  }

  /** The rule for this request, which it uses up. */
  next(operation: string): FaultRule | undefined {
    const rules = this.#rules.filter((rule: FaultRule) => (rule.operation ?? operation) === operation);
    for (const rule of rules) {
      if (rule.times <= 0) continue;
      if (rule.after-- > 0) continue;
      rule.times--;
      return rule;
    }
    return undefined;
  }
}

/** The answer that a rule gives before anything is done; `"gone"` when it has dealt with the connection itself. */
export function faultBefore(rule: FaultRule, response: ServerResponse): Answer | "gone" | undefined {
  if (rule.fault === "silence") return "gone";
  if (rule.fault === "reset before") return reset(response);
  if (rule.fault === "page") return pageAnswer(rule.status ?? 200);
  if (rule.fault || rule.status === undefined) return undefined;
  return errorAnswer(rule.status, rule.code ?? "InternalError", `Told to answer ${rule.status}`, rule.headers);
}

function pageAnswer(status: number): Answer {
  const body = Buffer.from("<!doctype html><html><head><title>Welcome</title><body><p>It works!<br></html>");
  return { status, headers: { "content-type": "text/html" }, body };
}

/** Sends the answer the way the rule has it; `"gone"` when it has. */
export function faultAfter(rule: FaultRule, answer: Answer, response: ServerResponse): Answer | "gone" {
  const body = answer.body ?? Buffer.alloc(0);
  const half = body.subarray(0, Math.floor(body.byteLength / 2));
  switch (rule.fault) {
    case "reset after":
      return reset(response);
    case "silence after":
      return "gone";
    case "truncated":
      return { ...answer, body: half };
    case "corrupt":
      return { ...answer, body: flipped(body) };
    case "reset in body":
      writeHalf(answer, half, body.byteLength, response);
      // Long enough for the half to arrive first.
      setTimeout(() => reset(response), 20);
      return "gone";
    case "slow body":
      void writeSlowly(answer, body, response);
      return "gone";
    case "silence in body":
      writeHalf(answer, half, body.byteLength, response);
      return "gone";
    default:
      return answer;
  }
}

function reset(response: ServerResponse): "gone" {
  response.socket?.resetAndDestroy();
  return "gone";
}

function writeHalf({ status, headers }: Answer, half: Buffer, bytes: number, response: ServerResponse): void {
  const present = Object.entries(headers ?? {}).filter(([, value]) => value !== undefined);
  response.writeHead(status, { ...Object.fromEntries(present), "content-length": bytes });
  response.write(half);
}

/** Time between two bytes, ms. */
const SLOW_MS = 50;

async function writeSlowly({ status, headers }: Answer, body: Buffer, response: ServerResponse): Promise<void> {
  writeHalf({ status, ...(headers && { headers }) }, body.subarray(0, 1), body.byteLength, response);
  for (let at = 1; at < body.byteLength && !response.destroyed; at++) {
    await sleep(SLOW_MS);
    response.write(body.subarray(at, at + 1));
  }
  response.end();
}

function flipped(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  const at = Math.floor(copy.byteLength / 2);
  if (at < copy.byteLength) copy[at] = (copy[at] as number) ^ 1;
  return copy;
}
