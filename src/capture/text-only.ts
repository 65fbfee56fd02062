import { CaptureError } from "../errors.js";
import type { Captured, CaptureOptions } from "./capture.js";
import type { Callable } from "./types.js";

export function captureText(fn: Callable, options: CaptureOptions, cause: Error): Captured {
  void options;
  throw new CaptureError(
    { path: fn.name || "the function", reason: cause.message, cure: "Allow the inspector." },
    { cause },
  );
}
