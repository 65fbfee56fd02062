import { OpenBuckets } from "../inputs/object-content.js";
import type { Invocation } from "../wire/billed.js";
import type { ShardPlace } from "../wire/call-place.js";
import type { ShardRequest } from "../wire/messages.js";
import { BuiltIns } from "./built-ins.js";
import { CallScopes } from "./call-scopes.js";
import { CheckedRecords } from "./check-record.js";
import { InputsCache } from "./inputs-cache.js";
import type { Leftovers } from "./leftovers.js";
import { OpenStores } from "./open-stores.js";
import { OutputCapture } from "./output.js";
import { FunctionCache } from "./program-cache.js";
import { Setups } from "./setups.js";
import { installStacks } from "./stacks.js";
import { UncaughtErrors } from "./uncaught-errors.js";
import { UnfitWorker } from "./unfit-worker.js";
import { UsageMeter } from "./usage-meter.js";
import type { AtOnce } from "./watchdog/call-clock.js";

/** What the platform's entry gives the worker. */
export interface WorkerRuntime {
  /** Name of this worker in reports, such as `"process 4711"`. */
  name: string;
  /** Cores that it shares with other workers; absent where it has its own. */
  sharedCores?: number;
  meter: UsageMeter;
  functions: FunctionCache;
  inputs: InputsCache;
  records: CheckedRecords;
  output: OutputCapture;
  uncaught: UncaughtErrors;
  builtIns: BuiltIns;
  setups: Setups;
  scopes: CallScopes;
  /** That calls read input items from. */
  buckets: OpenBuckets;
  /** To which values are written that do not come back. */
  outputs: OpenStores;
  /** Absent where the platform keeps things of its own running in the process. */
  leftovers?: Leftovers;
  /** Called before each try at the job's setup, and after it. */
  onSetupStart?(timeoutMs: number | undefined): void;
  onSetupEnd?(): void;
  /** Called before each try at a call, so that the entry can watch how long it runs. */
  onCallStart?(index: number, timeoutMs: number | undefined, retry: number): void;
  /** Called instead where calls run at once, whenever one of them begins or ends, and another still runs. */
  onCallsAtOnce?(calls: AtOnce): void;
  /** Called before a shard's setup and calls, to tell where their own jobs would have their place. */
  onShardStart?(request: ShardRequest, place: ShardPlace): Promise<void>;
  /** Gives calls an executor of their own; absent where workers start no others. */
  executor?(): unknown;
  /** What the platform bills for the shard so far; absent where nobody bills. */
  invocation?(): Invocation | undefined;
  /** Whether the shard is to end after the call that has just ended, as another job waits. */
  isTurnOver?(): boolean;
  /** Called when no call runs any more, for a time or for good. */
  onCallsEnd?(): void;
}

/** A worker's parts that are the same behind every entry, with the entry's own. */
export function newRuntime<Own extends Partial<WorkerRuntime> & { name: string }>(own: Own): WorkerRuntime & Own {
  // Before the built-ins are noted, of which it replaces one.
  installStacks();
  return {
    functions: new FunctionCache(),
    inputs: new InputsCache(),
    records: new CheckedRecords(),
    output: new OutputCapture(),
    uncaught: new UncaughtErrors(),
    builtIns: new BuiltIns(),
    setups: new Setups(),
    scopes: new CallScopes(),
    buckets: new OpenBuckets(),
    meter: new UsageMeter(),
    outputs: new OpenStores(),
    ...own,
  };
}

/** Whether what ran here has left the process in a state that nobody knows, so that nothing else should run in it. */
export function isSpent({ uncaught, builtIns, setups, scopes }: WorkerRuntime): boolean {
  return builtIns.isSpoiled || uncaught.tainted || uncaught.isDisarmed || setups.hasFailed || scopes.hasAbandoned;
}

/** Throws `UnfitWorker` when what ran here before must not meet the request's job. */
export function checkFit(runtime: WorkerRuntime, request: ShardRequest): void {
  if (runtime.uncaught.tainted) throw new UnfitWorker("An error came up on this worker while no call ran.");
  runtime.leftovers?.checkFit(request);
  runtime.setups.checkFit(request);
}
