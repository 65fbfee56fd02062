import type { Loose } from "../types.js";
import { withDebugger } from "./debugger.js";
import { post } from "./session.js";

export interface Script {
  scriptId: string;
  url: string;
  sourceMapUrl: string | undefined;
  isModule: boolean;
}

const known = new Map<string, Script | undefined>();
const urls = new Set<string>();
const sources = new Map<string, string>();
/** Programs that make scripts at run time (notebooks, `new Function`) must not grow these tables without bound. */
const SCRIPTS_KEPT = 20_000;
const SOURCES_KEPT = 64;

/** The script with that id, or undefined when the engine has forgotten it. */
export function scriptOf(scriptId: string): Script | undefined {
  if (!known.has(scriptId)) {
    withDebugger((scripts) => {
      for (const one of scripts) remember(one);
      keepSource(scriptId);
    });
    if (!known.has(scriptId)) known.set(scriptId, undefined);
  }
  return known.get(scriptId);
}

/** Every script that the engine still holds. */
export function liveScripts(): Script[] {
  return withDebugger((scripts) => scripts.map(remember));
}

/** Whether the program has loaded a module, as far as is known from when scripts were last listed. */
export function isLoaded(url: string): boolean {
  return urls.has(url);
}

/** The whole text of a script as the engine sees it; empty when it is not to be had. */
export function sourceOf(scriptId: string): string {
  const kept = sources.get(scriptId);
  if (kept !== undefined) return kept;
  return withDebugger(() => keepSource(scriptId));
}

/** A script's text is wanted soon after the script is met, and turning the debugger on is what costs. */
function keepSource(scriptId: string): string {
  const source = readSource(scriptId);
  if (sources.size >= SOURCES_KEPT) sources.delete(sources.keys().next().value as string);
  sources.set(scriptId, source);
  return source;
}

function readSource(scriptId: string): string {
  try {
    return post("Debugger.getScriptSource", { scriptId }).scriptSource;
  } catch {
    return "";
  }
}

function remember(params: Loose): Script {
  if (known.size >= SCRIPTS_KEPT) forgetAll();
  const script = {
    scriptId: params.scriptId,
    url: params.url,
    sourceMapUrl: params.sourceMapURL || undefined,
    isModule: Boolean(params.isModule),
  };
  known.set(params.scriptId, script);
  urls.add(script.url);
  return script;
}

function forgetAll(): void {
  known.clear();
  urls.clear();
}
