import { types } from "node:util";
import { isInspectorBlocked } from "../inspect/connection.js";
import { lookAtFunction } from "../inspect/look.js";
import { scriptOf } from "../inspect/scripts.js";
import { packageOfFile } from "./packages.js";

/** Name of the package that a function's code stands in; undefined for all else, and where the inspector is blocked, which would tell. */
export function packageOfCode(value: unknown): string | undefined {
  if (typeof value !== "function" || types.isProxy(value) || isInspectorBlocked()) return undefined;
  const { location } = lookAtFunction(value);
  const script = location && scriptOf(location.scriptId);
  return script && packageOfFile(script.url);
}
