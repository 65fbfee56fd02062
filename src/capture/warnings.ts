import { CaptureError } from "../errors.js";
import type { Origin } from "./origin.js";
import type { CaptureSummary } from "./summary.js";
import { pathText } from "./walk/graph.js";
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

const SECRET_TEXT =
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(ghp|gho|ghs|github_pat)_\w{20,}|\bxox[abpr]-[\w-]{10,}|\bsk-[\w-]{20,}|\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/;
const SECRET_NAME = /(pass(word|wd)|secret|api_?key|access_?key|private_?key|auth_?token|access_?token|credential)/i;
/** Shorter texts under such a name are labels and placeholders more often than secrets. */
const SECRET_LENGTH = 8;

function secretWarnings(walker: Walker, secrets: "warn" | "error"): CaptureWarning[] {
  const found: CaptureWarning[] = [];
  const report = (path: string): void => {
    const message = `${path} looks like a secret and is sent with the function.`;
    if (secrets === "error")
      walker.refuse(
        { from: undefined, text: path },
        { reason: "it looks like a secret", cure: "Read it inside the function from where workers may read it." },
      );
    found.push({ kind: "secret", path, message });
  };
  for (const node of walker.nodes) {
    for (const [label, text] of textsOf(node)) {
      if (SECRET_TEXT.test(text) || (SECRET_NAME.test(label) && text.length >= SECRET_LENGTH))
        report(joined(pathText(node.step), label, Boolean(node.fn)));
    }
  }
  return found;
}

function joined(path: string, label: string, isVariable: boolean): string {
  if (path === "") return label;
  return isVariable ? `${path} -> ${label}` : `${path}.${label}`;
}

function* textsOf({ data, fn, partial }: Walker["nodes"][number]): Generator<[string, string]> {
  for (const { name, encoded } of fn?.references ?? []) if (typeof encoded === "string") yield [name, encoded];
  for (const [name, encoded] of partial ?? []) if (typeof encoded === "string") yield [name, encoded];
  const entries = data.p ?? [];
  for (let index = 0; index < entries.length; index += 2) {
    if (typeof entries[index + 1] === "string") yield [String(entries[index]), entries[index + 1]];
  }
  const elements = Array.isArray(data.v) ? data.v : [];
  for (let index = 0; index < elements.length; index++)
    if (typeof elements[index] === "string") yield [String(index), elements[index]];
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
    cure: "Let each call read the data from a store, pass it as inputs, or raise maxBytes.",
    ...origin.tell(),
  });
}
