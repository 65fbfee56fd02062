import { types } from "node:util";
import { CaptureError } from "../../errors.js";
import type { Graph } from "../graph/context.js";
import type { HostNode } from "../graph/node.js";
import { pathText, type Step } from "../graph/path.js";
import { packageOfFile } from "../identity/packages.js";
import { textsOf } from "./captured-texts.js";
import type { Origin } from "./origin.js";
import { hasSecretForm, looksSecret } from "./secrets.js";
import type { CaptureSummary } from "./summary.js";

export interface CaptureWarning {
  kind: "large" | "secret" | "package";
  path: string;
  message: string;
  bytes?: number;
}

interface WarningOptions {
  warnBytes?: number;
  secrets?: "warn" | "error" | "ignore";
}

const DEFAULT_WARN_BYTES = 1024 * 1024;

export function warningsOf(graph: Graph, summary: CaptureSummary, options: WarningOptions): CaptureWarning[] {
  const { warnBytes = DEFAULT_WARN_BYTES, secrets = "warn" } = options;
  const large = summary.variables
    .filter((one) => one.bytes >= warnBytes)
    .map(({ path, bytes }): CaptureWarning => {
      return {
        kind: "large",
        path,
        bytes,
        message: `${path} takes about ${mebibytes(bytes)} MiB and is sent with the function.`,
      };
    });
  const sizes = [...large, ...packageWarnings(graph)];
  return secrets === "ignore" ? sizes : [...sizes, ...secretWarnings(graph, secrets)];
}

/** Functions of packages that a capture takes in without a word: a thousand take a few tenths of a second. */
const FEW_FUNCTIONS = 3_000;

/** Packages have thousands of functions that nobody sees, and a capture that takes them in holds the caller up each time. */
function packageWarnings({ nodes }: Graph): CaptureWarning[] {
  const counts = new Map<string, { path: string; count: number }>();
  for (const { fn, step } of nodes) {
    const name = fn?.script && packageOfFile(fn.script.url);
    if (name === undefined) continue;
    const found = counts.get(name) ?? { path: pathText(step).trim(), count: 0 };
    counts.set(name, { ...found, count: found.count + 1 });
  }
  const all = [...counts].sort(([, a], [, b]) => b.count - a.count);
  const total = all.reduce((sum, [, { count }]) => sum + count, 0);
  const [most] = all;
  if (!most || total < FEW_FUNCTIONS) return [];
  const [name, { path }] = most;
  const others = all.length > 1 ? ` and of ${all.length - 1} more` : "";
  const message = `${path} brings ${total} functions of the package ${name}${others} along, which are read and sent with the function. Make its objects inside the function, or in the setup option, to have workers load the package instead.`;
  return [{ kind: "package", path, message }];
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

function secretWarnings(graph: Graph, secrets: "warn" | "error"): CaptureWarning[] {
  const found = new Set<string>();
  for (const step of secretsIn(graph)) {
    if (secrets === "error") graph.refuse(step, secretRefusal);
    found.add(pathText(step).trim());
  }
  return [...found].map((path) => {
    return { kind: "secret", path, message: `${path} looks like a secret and is sent with the function.` };
  });
}

const secretRefusal = {
  reason: "it looks like a secret",
  hint: "Read it inside the function, from process.env or a secrets manager.",
};

function* secretsIn({ nodes, globals }: Graph): Generator<Step> {
  for (const { step, value } of globals.values())
    if (typeof value === "string" && looksSecret(step.text, value)) yield step;
  for (const node of nodes) {
    for (const { step, text, name } of textsOf(node)) if (looksSecret(name, text)) yield step;
    if (isKeyFile(node)) yield node.step;
  }
}

/** A file of keys is of a few KiB. */
const MAX_KEY_FILE = 16 * 1024;

function isKeyFile({ value, bytes }: HostNode): boolean {
  if (bytes > MAX_KEY_FILE || !isMemory(value, bytes)) return false;
  return hasSecretForm(new TextDecoder("latin1").decode(value));
}

/** Views of memory that is a node of its own have no bytes. */
function isMemory(value: unknown, bytes: number): value is ArrayBuffer | NodeJS.ArrayBufferView {
  return types.isArrayBuffer(value) || (ArrayBuffer.isView(value) && bytes > 0);
}

/** What a payload takes at least. Told before it is written: texts can be too long together for the engine to join. */
export function leastBytes(graph: Graph): number {
  return [...graph.blobs, ...graph.longTexts].reduce((sum, { length }) => sum + length, 0);
}

export function limitSize(
  bytes: number,
  maxBytes: number,
  summary: CaptureSummary,
  origin: Pick<Origin, "describe">,
): void {
  if (bytes <= maxBytes) return;
  const largest = summary.variables.reduce((a, b) => (b.bytes > a.bytes ? b : a), {
    path: "the function",
    bytes: 0,
    kind: "",
  });
  throw new CaptureError({
    path: largest.path,
    reason: `the payload takes ${bytes} bytes, more than the limit of ${maxBytes}, and this is its largest part with about ${largest.bytes} bytes`,
    hint: "Let each call read the data from a store, pass it as inputs, or raise maxPayloadBytes.",
    ...origin.describe(),
  });
}
