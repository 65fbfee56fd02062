import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Callable, Loose } from "../types.js";
import { callSites, urlOfSite } from "./call-sites.js";
import { debuggerAttached, mainGlobal, post } from "./connection.js";
import { functionText } from "./function-text.js";
import type { FunctionLook, Location } from "./look.js";
import { isKnownScript, noteScript } from "./scripts.js";

/**
 * Finds out about a function's script without the debugger, which takes as long as a whole capture to turn on, as it goes
 * through every script that is loaded. That can be done where the function's module is among those that wait for this
 * capture, as the module is that calls `map()`, and where its file has the very text that runs. Nothing is noted otherwise.
 */
export function noteScriptOnStack(fn: Callable, look: FunctionLook): void {
  const { location } = look;
  if (!location || isKnownScript(location.scriptId) || debuggerAttached()) return;
  const { values: outermost } = look.scopes.at(-1) ?? {};
  if (outermost !== globalThis || mainGlobal() !== globalThis) return;
  const url = urlOnStack(location.scriptId);
  const source = url?.startsWith("file:") ? readIfUnchanged(url) : undefined;
  if (url === undefined || source === undefined || !holds(source, fn, location) || names(source)) return;
  const isModule = look.scopes.some(({ description }) => description === MODULE);
  const digest = digestOf(source);
  noteScript({ ...location, ...AS_FILE, url, isModule, sourceMapUrl: sourceMapUrlIn(source), digest }, source);
}

const MODULE = "Module";
const AS_FILE = { isOfMain: true, startLine: 0, startColumn: 0, hasOwnName: false } as const;

/** The URL of the script among the calls on the stack, if no other script there has the same. */
function urlOnStack(scriptId: string): string | undefined {
  const frames = framesOnStack();
  const url = frames.find((frame) => frame.scriptId === scriptId)?.url;
  const isOnly = frames.every((frame) => frame.url !== url || frame.scriptId === scriptId);
  return isOnly ? url : undefined;
}

interface Frame {
  scriptId: string;
  url: string;
}

/** What is thrown while `Runtime` is on tells of all calls. Turned on, it would repeat what the program has printed. */
function framesOnStack(): readonly Frame[] {
  post("Runtime.discardConsoleEntries");
  post("Runtime.enable");
  try {
    const thrown: Loose = post("Runtime.evaluate", { expression: "throw 0", silent: true });
    return thrown.exceptionDetails?.stackTrace?.callFrames ?? [];
  } finally {
    post("Runtime.disable");
  }
}

/** The text of a file that has the digest of the script that runs by its name. */
function readIfUnchanged(url: string): string | undefined {
  const sites = callSites().filter((site) => urlOfSite(site) === url);
  const [digest, ...others] = new Set(sites.map((site) => site.getScriptHash()));
  if (!digest || others.length > 0) return undefined;
  try {
    const text = readFileSync(fileURLToPath(url), "utf8");
    return digestOf(text) === digest ? text : undefined;
  } catch {
    return undefined; // it is there no more, or never was a file
  }
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Whether the function's text stands at its place: a script may be given another first line than its file's. */
function holds(source: string, fn: Callable, { line, column }: Location): boolean {
  const text = functionText(fn);
  const start = offsetOfLine(source, line);
  if (start === undefined) return false;
  const at = source.lastIndexOf(text, start + column);
  return at >= 0 && at + text.length > start + column;
}

const LINE_END = /\r\n|[\n\r\u2028\u2029]/g;

function offsetOfLine(source: string, line: number): number | undefined {
  if (line === 0) return 0;
  let left = line;
  for (const match of source.matchAll(LINE_END)) if (--left === 0) return match.index + match[0].length;
  return undefined;
}

/** Whether a comment may give the script another name than its file's, or its source map in a way that is seldom used. */
function names(source: string): boolean {
  return source.includes("sourceURL=") || source.split(SOURCE_MAP).length > (sourceMapUrlIn(source) ? 2 : 1);
}

const SOURCE_MAP = "sourceMappingURL";
const LAST_COMMENT = /(?:^|[\n\r])\/\/# sourceMappingURL=([^\s'"]+)\s*$/;

function sourceMapUrlIn(source: string): string | undefined {
  return LAST_COMMENT.exec(source)?.[1];
}
