import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { liveScripts, type Script } from "../inspect/scripts.js";
import { inSwitchTag } from "../source/switch-tag.js";

/** What was found for the capture that runs: its callers stay the same until it ends. */
let verdict: boolean | undefined;

export function forgetCallers(): void {
  verdict = undefined;
}

/**
 * Whether a pause is safe with the calls that stand on the stack: the engine describes all of them, and ends the process
 * at one that waits for the value of a `switch`. A call whose script cannot be found counts as such a one.
 */
export function callersAllowPause(): boolean {
  verdict ??= findOut();
  return verdict;
}

function findOut(): boolean {
  const sites = callSites().filter(isOfProgram);
  if (sites.length === 0) return true;
  const scripts = liveScripts();
  return sites.every((site) => {
    const place = { line: Number(site.getLineNumber()) - 1, column: Number(site.getColumnNumber()) - 1 };
    const found = scriptsNamed(scripts, site.getScriptNameOrSourceURL() ?? "");
    return found.length > 0 && !found.some(({ scriptId }) => inSwitchTag({ scriptId, ...place }));
  });
}

/** Built-in functions have no line, and Node's own scripts hold no `switch` that calls back. */
function isOfProgram(site: NodeJS.CallSite): boolean {
  const name = site.getScriptNameOrSourceURL() ?? "";
  return site.getLineNumber() !== null && !/^(node|wasm):/.test(name);
}

function scriptsNamed(scripts: readonly Script[], name: string): Script[] {
  const url = isAbsolute(name) ? pathToFileURL(name).href : name;
  return scripts.filter((script) => script.url === url || script.url === name);
}

function callSites(): NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = Number.POSITIVE_INFINITY;
    Error.prepareStackTrace = (_error, sites) => sites;
    const holder: { stack?: NodeJS.CallSite[] } = {};
    Error.captureStackTrace(holder, callSites);
    return holder.stack ?? [];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    if (prepareStackTrace) Error.prepareStackTrace = prepareStackTrace;
    else Reflect.deleteProperty(Error, "prepareStackTrace");
  }
}
