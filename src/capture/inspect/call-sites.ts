import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { untouchedRealm } from "./realm.js";

/** The calls on the stack, all of them. Asked in a realm of its own: this one's `Error` may be frozen, or run code of the program's. */
export function callSites(): NodeJS.CallSite[] {
  const { Error: Foreign, Object: Holder } = untouchedRealm();
  Foreign.stackTraceLimit = Number.POSITIVE_INFINITY;
  Foreign.prepareStackTrace = (_error: unknown, sites: NodeJS.CallSite[]) => sites;
  const holder = new Holder();
  Foreign.captureStackTrace(holder, callSites);
  return holder.stack;
}

/** A script's name as the inspector gives it, which has URLs where CommonJS modules have paths. */
export function urlOfSite(site: NodeJS.CallSite): string {
  const name = site.getScriptNameOrSourceURL() ?? "";
  return isAbsolute(name) ? pathToFileURL(name).href : name;
}
