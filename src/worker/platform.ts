import type { FunctionCache } from "./functions.js";
import type { InputsCache } from "./inputs-cache.js";
import type { OutputCapture } from "./output.js";
import type { Strays } from "./strays.js";

/** What the platform's entry gives the worker. */
export interface Platform {
  /** Name of this worker in reports, such as `"process 4711"`. */
  name: string;
  functions: FunctionCache;
  inputs: InputsCache;
  output: OutputCapture;
  strays: Strays;
  /** Called before each try at a call, so that the entry can watch how long it runs. */
  onCallStart?(index: number, timeoutMs: number | undefined): void;
  /** Called after the last call of a shard. */
  onCallsEnd?(): void;
}
