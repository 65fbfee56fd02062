import { callSites, urlOfSite } from "../inspect/call-sites.js";
import { isNodesScript, liveScripts, type Script } from "../inspect/scripts.js";
import { inSwitchTag } from "../source/switch-tag.js";

/**
 * Whether a pause is safe with the calls that stand on the stack: the engine describes all of them, and ends the process
 * at one that waits for the value of a `switch`. A call whose script cannot be found counts as such a one.
 */
export function callersAllowPause(): boolean {
  const sites = callSites().filter(isOfProgram);
  if (sites.length === 0) return true;
  const scripts = liveScripts();
  return sites.every((site) => {
    const place = { line: Number(site.getLineNumber()) - 1, column: Number(site.getColumnNumber()) - 1 };
    const name = site.getScriptNameOrSourceURL() ?? "";
    const found = scriptsNamed(scripts, urlOfSite(site), name);
    if (found.length === 0) return name.startsWith("node:");
    return found.every((script) => isNodesScript(script) || !inSwitchTag({ scriptId: script.scriptId, ...place }));
  });
}

/** Built-in functions have no line. Node's own scripts, which have one, hold no `switch` that calls back. */
function isOfProgram(site: NodeJS.CallSite): boolean {
  const name = site.getScriptNameOrSourceURL() ?? "";
  return site.getLineNumber() !== null && !name.startsWith("wasm:");
}

function scriptsNamed(scripts: readonly Script[], url: string, name: string): Script[] {
  return scripts.filter((script) => script.url === url || script.url === name);
}
