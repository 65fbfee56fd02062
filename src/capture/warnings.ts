import { CaptureError } from "../errors.js";
import { textsOf } from "./captured-texts.js";
import type { Origin } from "./origin.js";
import { hasSecretForm, looksSecret } from "./secrets.js";
import type { CaptureSummary } from "./summary.js";
import { type HostNode, pathText, type Step } from "./walk/graph.js";
import type { Walker } from "./walk/walker.js";

export interface CaptureWarning {
  kind: "large" | "secret";
  path: string;
  message: string;
  bytes?: number;
}

interface WarningOptions {
  warnBytes?: number;
  secrets?: "warn" | "error" | "ignore";
}

const DEFAULT_WARN_BYTES = 1024 * 1024;

export function warningsOf(walker: Walker, summary: CaptureSummary, options: WarningOptions): CaptureWarning[] {
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
  return secrets === "ignore" ? large : [...large, ...secretWarnings(walker, secrets)];
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

function secretWarnings(walker: Walker, secrets: "warn" | "error"): CaptureWarning[] {
  const found = new Set<string>();
  for (const step of secretsIn(walker)) {
    if (secrets === "error") walker.refuse(step, secretRefusal);
    found.add(pathText(step).trim());
  }
  return [...found].map((path) => {
    return { kind: "secret", path, message: `${path} looks like a secret and is sent with the function.` };
  });
}

const secretRefusal = {
  reason: "it looks like a secret",
  cure: "Read it inside the function from where workers may read it.",
};

function* secretsIn({ nodes }: Walker): Generator<Step> {
  for (const node of nodes) {
    for (const { step, text, name } of textsOf(node)) if (looksSecret(name, text)) yield step;
    if (isKeyFile(node)) yield node.step;
  }
}

/** A file of keys is of a few KiB. */
const MAX_KEY_FILE = 16 * 1024;

function isKeyFile({ data, value, bytes }: HostNode): boolean {
  const isMemory = data.k === "buf" || (data.k === "view" && bytes > 0);
  return isMemory && bytes <= MAX_KEY_FILE && hasSecretForm(new TextDecoder("latin1").decode(value));
}

/** What a payload takes at least. Told before it is written: texts can be too long together for the engine to join. */
export function leastBytes(walker: Walker): number {
  return [...walker.blobs, ...walker.longTexts].reduce((sum, { length }) => sum + length, 0);
}

export function limitSize(bytes: number, maxBytes: number, summary: CaptureSummary, origin: Origin): void {
  if (bytes <= maxBytes) return;
  const largest = summary.variables.reduce((a, b) => (b.bytes > a.bytes ? b : a), {
    path: "the function",
    bytes: 0,
    kind: "",
  });
  throw new CaptureError({
    path: largest.path,
    reason: `the payload takes ${bytes} bytes, more than the limit of ${maxBytes}, and this is its largest part with about ${largest.bytes} bytes`,
    cure: "Let each call read the data from a store, pass it as inputs, or raise maxPayloadBytes.",
    ...origin.tell(),
  });
}
