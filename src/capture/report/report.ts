import type { CapturedScript, CaptureOptions } from "../captured.js";
import type { Graph, WithPolicy } from "../graph/context.js";
import { packagesOf } from "../packages/packages-of.js";
import type { CapturedPackage } from "../payload/payload.js";
import { environmentOf } from "../walk/builtins/environment.js";
import type { Origin } from "./origin.js";
import { type Reads, readsOf } from "./reads.js";
import { type CaptureSummary, summarise } from "./summary.js";
import { type CaptureWarning, leastBytes, limitSize, warningsOf } from "./warnings.js";

/** What is said of a capture. */
export interface Report {
  summary: CaptureSummary;
  warnings: CaptureWarning[];
  packages: CapturedPackage[];
  environment: ReadonlyMap<string, string | undefined>;
  reads: Reads;
  scripts: CapturedScript[];
  /** Throws a CaptureError where a payload of so many bytes is too large. */
  limit(bytes: number): void;
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** Looks at everything that travels, and refuses what is too large or must not travel. */
export function reportOn(graph: WithPolicy, options: CaptureOptions, origin: Pick<Origin, "describe">): Report {
  const { maxBytes = DEFAULT_MAX_BYTES } = options;
  const packages = packagesOf(graph);
  const summary = summarise(graph, packages);
  const limit = (bytes: number): void => limitSize(bytes, maxBytes, summary, origin);
  limit(leastBytes(graph));
  const warnings = warningsOf(graph, summary, options);
  return {
    summary,
    packages,
    environment: environmentOf(graph),
    reads: readsOf(graph),
    warnings,
    scripts: scriptsOf(graph),
    limit,
  };
}

function scriptsOf({ nodes }: Graph): CapturedScript[] {
  const scripts = new Map<string, CapturedScript>();
  for (const { fn } of nodes) {
    if (!fn?.script) continue;
    const { scriptId, url, sourceMapUrl } = fn.script;
    scripts.set(scriptId, { url, sourceMapUrl, scriptId });
  }
  return [...scripts.values()];
}
