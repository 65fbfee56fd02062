import { FunctionCache } from "../src/worker/functions.js";
import { InputsCache } from "../src/worker/inputs-cache.js";
import { OutputCapture } from "../src/worker/output.js";
import type { Platform } from "../src/worker/platform.js";
import { Strays } from "../src/worker/strays.js";

/** What every entry gives the worker, beside its own part. */
export function newPlatform<Own extends Partial<Platform> & { name: string }>(own: Own): Platform & Own {
  return {
    functions: new FunctionCache(),
    inputs: new InputsCache(),
    output: new OutputCapture(),
    strays: new Strays(),
    ...own,
  };
}
