/** Reads the source maps of the user's scripts: what leads from the code that runs back to what the user wrote. */
import { readFileSync } from "node:fs";
import { originalPositionFor, sourceContentFor, TraceMap } from "@jridgewell/trace-mapping";

export type { TraceMap };

/** A script whose code travels. */
export interface Script {
  url: string;
  /** Where its source map is: a data URL, or relative to the script; undefined when there is none. */
  sourceMapUrl: string | undefined;
}

/** A place in a file. Lines and columns start at 1. */
export interface SourcePlace {
  url: string;
  line: number;
  column: number;
}

/** Undefined when there is no map, or it is missing or damaged. */
export function readSourceMap({ url, sourceMapUrl }: Script): TraceMap | undefined {
  if (!sourceMapUrl) return undefined;
  try {
    return new TraceMap(readUrl(new URL(sourceMapUrl, asUrl(url))), asUrl(url));
  } catch {
    return undefined;
  }
}

/** The place that the map gives for a place of the code that ran. Stack columns start at 1, those of source maps at 0. */
export function originalPlace(map: TraceMap, line: number, column: number): SourcePlace | undefined {
  const original = originalPositionFor(map, { line, column: column - 1 });
  return original.source === null
    ? undefined
    : { url: original.source, line: original.line, column: original.column + 1 };
}

/** The text of a file that the map speaks of: from the map, or from the disk; undefined when neither has it. */
export function originalText(map: TraceMap, url: string): string | undefined {
  try {
    return sourceContentFor(map, url) ?? readFileSync(new URL(url), "utf8");
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
