import type { Loose } from "../types.js";
import { post } from "./connection.js";
import { theDebugger } from "./debugger.js";
import { loadedByNode } from "./loaded-by-node.js";

export interface Script {
  scriptId: string;
  url: string;
  sourceMapUrl: string | undefined;
  isModule: boolean;
  /** Whether it is of the program's main context, as against one of `node:vm`. */
  isOfMain: boolean;
  /** Where the engine says that its text starts: `vm.Script` can be given another place than the first line. */
  startLine: number;
  startColumn: number;
  /** Whether it is named by a comment in it. */
  hasOwnName: boolean;
  /** Of its text. */
  digest: string;
}

const known = new Map<string, Script | undefined>();
/** Of the scripts that were seen, with whether one is a module. */
const urls = new Map<string, boolean>();
/** ES modules of the main context by their names, the first of each: a module that was loaded stays. */
const modules = new Map<string, Script>();
const sources = new Map<string, string>();
/** Programs that make scripts at run time (notebooks, `new Function`) must not grow these tables without bound. */
const SCRIPTS_KEPT = 20_000;
const SOURCES_KEPT = 64;

/** The script with that id, or undefined when the engine has forgotten it. */
export function scriptOf(scriptId: string): Script | undefined {
  if (!known.has(scriptId)) {
    theDebugger.use((scripts) => {
      liveOf(scripts);
      // More than are kept may be live.
      const dropped = known.has(scriptId) ? undefined : scripts.find((one) => one.scriptId === scriptId);
      if (dropped) remember(dropped);
      keepSource(scriptId);
    });
    if (!known.has(scriptId)) known.set(scriptId, undefined);
  }
  return known.get(scriptId);
}

/** Whether it is known what `scriptOf` would say. */
export function isKnownScript(scriptId: string): boolean {
  return known.has(scriptId);
}

/** Notes a script, with its text, that was found out without the debugger. */
export function noteScript(script: Script, source: string): void {
  known.set(script.scriptId, script);
  keep(script.scriptId, source);
}

/** Every script that the engine still holds. */
export function liveScripts(): Script[] {
  return theDebugger.use((scripts) => [...liveOf(scripts).all]);
}

/** The first of the scripts that the engine still holds which has a certain name. */
export function liveScriptAt(url: string): Script | undefined {
  return modules.get(url) ?? theDebugger.use((scripts) => liveOf(scripts).byUrl.get(url));
}

interface LiveScripts {
  all: Script[];
  byUrl: Map<string, Script>;
}

/** What was made of the engine's lists, which grow while the debugger is on. */
const live = new WeakMap<readonly Loose[], LiveScripts>();

function liveOf(scripts: readonly Loose[]): LiveScripts {
  const found: LiveScripts = live.get(scripts) ?? { all: [], byUrl: new Map() };
  live.set(scripts, found);
  for (const one of scripts.slice(found.all.length)) {
    const script = remember(one);
    found.all.push(script);
    if (!found.byUrl.has(script.url)) found.byUrl.set(script.url, script);
  }
  return found;
}

/** Whether the program has loaded a module. */
export function isLoaded(url: string): boolean {
  theDebugger.use(liveOf);
  return urls.has(url);
}

/** Whether what the program has loaded from there is an ES module of its main context: of those alone Node's loader knows. */
export function isLoadedAsModule(url: string): boolean {
  theDebugger.use(liveOf);
  return urls.get(url) === true;
}

/** The whole text of a script as the engine sees it; empty when it is not to be had. */
export function sourceOf(scriptId: string): string {
  const kept = sources.get(scriptId);
  if (kept !== undefined) return kept;
  return theDebugger.use(() => keepSource(scriptId));
}

/** A script's text is wanted soon after the script is met, and turning the debugger on is what costs. */
function keepSource(scriptId: string): string {
  const source = readSource(scriptId);
  keep(scriptId, source);
  return source;
}

function keep(scriptId: string, source: string): void {
  if (sources.size >= SOURCES_KEPT) sources.delete(sources.keys().next().value as string);
  sources.set(scriptId, source);
}

function readSource(scriptId: string): string {
  try {
    return post("Debugger.getScriptSource", { scriptId }).scriptSource;
  } catch {
    return "";
  }
}

function remember(params: Loose): Script {
  const isOfMain = params.executionContextId === theDebugger.mainContext;
  if (known.size >= SCRIPTS_KEPT) forgetAll();
  const script = Object.assign(known.get(params.scriptId) ?? {}, {
    scriptId: params.scriptId,
    url: params.url,
    sourceMapUrl: params.sourceMapURL || undefined,
    isModule: Boolean(params.isModule),
    isOfMain,
    startLine: params.startLine,
    startColumn: params.startColumn,
    hasOwnName: Boolean(params.hasSourceURL),
    digest: params.hash,
  });
  noteName(script);
  known.set(params.scriptId, script);
  urls.set(script.url, (script.isModule && isOfMain) || urls.get(script.url) === true);
  if (script.isModule && isOfMain && !modules.has(script.url)) modules.set(script.url, script);
  return script;
}

/** The first script of each name that Node's own may have. A thread has some of them twice. */
const firstOfName = new Map<string, Script>();

function noteName(script: Script): void {
  const first = firstOfName.get(script.url)?.scriptId;
  if (script.url.startsWith(NODES) && !(Number(first) <= Number(script.scriptId))) firstOfName.set(script.url, script);
}

const NODES = "node:";
/** Scripts that make the process, which the list of modules leaves out. */
const AT_START = /^internal\/(bootstrap|main|per_context)\//;

/** Whether a script is Node's own. Programs can give theirs the same name, but not before Node has run its own. */
export function isNodesScript({ url, digest, hasOwnName }: Script): boolean {
  if (hasOwnName || !url.startsWith(NODES) || firstOfName.get(url)?.digest !== digest) return false;
  const name = url.slice(NODES.length);
  return AT_START.test(name) || loadedByNode().includes(`NativeModule ${name}`);
}

function forgetAll(): void {
  modules.clear();
  known.clear();
  urls.clear();
}
