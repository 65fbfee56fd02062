/** Tags tell what deploy made from what was there before. */
import type { ResolvedConfig } from "../config/config.js";
import { OWNER_TAG } from "./names.js";

export function ownTags({ lambda }: Pick<ResolvedConfig, "lambda">): Record<string, string> {
  return { ...lambda.tags, [OWNER_TAG]: lambda.functionName };
}

/** Tags to set so that all wanted ones are there. Others stay: tools that watch costs add theirs. */
export function missingTags(wanted: Record<string, string>, found: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => found[name] !== value));
}
