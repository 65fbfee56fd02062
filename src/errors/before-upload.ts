import { NodewrenError } from "./base.js";

/** An option, the function or the inputs are not of a form that can be used. Thrown before anything is uploaded. */
export class OptionError extends NodewrenError {
  /** Name of the option or argument, such as `"timeoutMs"`. */
  readonly option: string;

  constructor(option: string, message: string, options?: ErrorOptions) {
    super("OPTION", message, options);
    this.option = option;
  }
}

/** Where a function was written, as far as it is known. Lines and columns start at 1. */
export interface SourcePosition {
  url: string;
  line: number;
  column: number;
}

export interface CaptureErrorFields {
  /** Way from the shipped function to the value, such as `ctx.deep.out`. */
  path: string;
  /** What stands there and why it cannot travel. */
  reason: string;
  /** What to do about it. */
  hint: string;
  /** Position of the function that was to be shipped. */
  position?: SourcePosition | undefined;
  /** First lines of the function that was to be shipped. */
  excerpt?: string | undefined;
}

/** The function closes over something that cannot travel. Thrown before anything is uploaded. */
export class CaptureError extends NodewrenError {
  readonly path: string;
  readonly reason: string;
  readonly hint: string;
  readonly position: SourcePosition | undefined;
  readonly excerpt: string | undefined;

  constructor(fields: CaptureErrorFields, options?: ErrorOptions) {
    super("CAPTURE", captureMessage(fields), options);
    this.path = fields.path;
    this.reason = fields.reason;
    this.hint = fields.hint;
    this.position = fields.position;
    this.excerpt = fields.excerpt;
  }
}

function captureMessage({ path, reason, hint, position, excerpt }: CaptureErrorFields): string {
  const where = position ? `\n  at ${position.url}:${position.line}:${position.column}` : "";
  const code = excerpt ? `\n${excerpt.replace(/^/gm, "  | ")}` : "";
  return `Cannot capture ${path}: ${reason}. ${hint}${where}${code}`;
}

/** A value (input or result) cannot be encoded, or bytes cannot be decoded. */
export class CodecError extends NodewrenError {
  /** Way from the root to the value, such as `inputs[3].socket`. Empty when bytes could not be decoded. */
  readonly path: string;

  constructor(path: string, message: string, options?: ErrorOptions) {
    super("CODEC", message, options);
    this.path = path;
  }
}
