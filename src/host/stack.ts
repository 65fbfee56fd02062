/** Makes the stacks of errors from workers speak of the user's sources, TypeScript included. */
import { readFileSync } from "node:fs";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

/** A script whose code travels. */
export interface Script {
  url: string;
  /** Where its source map is: a data URL, or relative to the script; undefined when there is none. */
  sourceMapUrl: string | undefined;
}

/** The place in a stack frame: URL or path, line, column. */
const PLACE = /((?:file:|\/)[^\s()]*):(\d+):(\d+)/g;

/** Returns a function that rewrites the places of a stack for which there is a source map. Maps are read when first needed. */
export function stackMapper(scripts: readonly Script[]): (stack: string) => string {
  const mapped = new Map(scripts.filter(({ sourceMapUrl }) => sourceMapUrl).map((script) => [script.url, script]));
  const maps = new Map<string, TraceMap | undefined>();
  if (mapped.size === 0) return (stack) => stack;
  const mapOf = (url: string): TraceMap | undefined => {
    const script = mapped.get(url);
    if (script && !maps.has(url)) maps.set(url, readMap(script));
    return maps.get(url);
  };
  return (stack) =>
    stack.replace(PLACE, (place, url: string, line: string, column: string) => {
      const map = mapOf(url);
      return (map && originalPlace(map, Number(line), Number(column))) ?? place;
    });
}

/** Stack columns start at 1, those of source maps at 0. */
function originalPlace(map: TraceMap, line: number, column: number): string | undefined {
  const original = originalPositionFor(map, { line, column: column - 1 });
  return original.source === null ? undefined : `${original.source}:${original.line}:${original.column + 1}`;
}

/** Undefined when the map is missing or damaged: the stack then keeps the places of the code that ran. */
function readMap({ url, sourceMapUrl }: Script): TraceMap | undefined {
  try {
    return new TraceMap(readUrl(new URL(sourceMapUrl as string, asUrl(url))), asUrl(url));
  } catch {
    return undefined;
  }
}

function readUrl(url: URL): string {
  if (url.protocol === "file:") return readFileSync(url, "utf8");
  const [header = "", body = ""] = url.href.split(/,(.*)/s);
  return header.includes(";base64") ? Buffer.from(body, "base64").toString("utf8") : decodeURIComponent(body);
}

function asUrl(url: string): string {
  return url.startsWith("/") ? `file://${url}` : url;
}
