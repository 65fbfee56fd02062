/** Where workers run: one small interface, one file per kind of backend. What a backend can do is data. */
import type { Reach, StoreDescriptor } from "../stores/store.js";
import type { Billed, BilledPlace } from "../wire/billed.js";
import type { Death } from "../wire/death.js";
import type { Answer, Printed, ShardRequest } from "../wire/messages.js";
import type { System } from "../wire/system.js";

export type { Death };

export interface BackendLimits {
  /** Workers that can run at once. */
  concurrency: number;
  /** Shards that a job is cut into for each worker, so that slow ones even out. More cost more overhead. */
  shardsPerWorker: number;
  /** Time between two looks into the store for shards that nobody answers for, ms; undefined: every shard is answered. */
  pollMs?: number | undefined;
  /** A shard's inputs up to this size ride in its request, bytes; undefined: its worker reads them from the store. */
  inlineBytes?: number | undefined;
  /** Whether results that workers answer with come as they are, so that small ones need not be stored as well. Default `false`. */
  carriesResults?: boolean | undefined;
  /** Time beyond a shard's own limits in which its worker may still start, store and answer, ms. Default 30,000. */
  graceMs?: number | undefined;
  /** Where workers beat into the store while they run shards that nobody answers for; undefined: only the deadline tells. */
  beats?: BeatLimits | undefined;
  /** What native code of packages has to run on there; undefined: nothing is known, and nothing checked. */
  system?: System | undefined;
  /** Room on a worker's disk for packages that travel as files, bytes. */
  diskBytes?: number | undefined;
  /** Whether no shard at all is answered. Default `false`. */
  isPolled?: boolean | undefined;
  /** Who bills for workers, and by what; `"nobody"`: they cost nothing more. Undefined: that is not known. */
  billing?: BilledPlace | "nobody" | undefined;
  /** Memory that each worker has in all, MiB; undefined: what Node takes by default is its limit. */
  workerMemoryMb?: number | undefined;
}

export interface BeatLimits {
  /** Time for a shard to begin and to beat, ms, and twice as long with each try: it may be lost, or be queued. */
  firstMs: number;
  /** Longest time between two beats that are seen, ms. */
  silentMs: number;
}

/** What a worker is started with. */
export interface WorkerSetting {
  memoryMb: number | undefined;
  store: StoreDescriptor;
  /** Digests of the setups of the job that it is to serve first; undefined when there are none. */
  setupDigests?: readonly string[] | undefined;
}

export type OnHeld = (isHeld: boolean) => void;
export type OnPrinted = (printed: Printed) => void;

export interface Backend {
  readonly name: string;
  /** Read only after `ready()`, where there is one. */
  readonly limits: BackendLimits;
  /** Stores that the workers can open: `"machine"` reaches both kinds. */
  readonly reach: Reach;
  /** Whether workers that are elsewhere see folders of this machine, or some of them, so that a store may be in one. */
  readonly sharesFolders?: boolean;
  /** Whether what a request says is for the worker's eyes alone on its whole way, so that keys may travel in it. Default `false`. */
  readonly carriesKeys?: boolean;
  /** Whether it divides its workers between jobs, so that shards may wait there for their job's turn. Default `false`. */
  readonly takesTurns?: boolean;
  /** Longest that a shard may take, ms, after which the platform ends it; `Infinity` where every end is noticed. */
  readonly maxShardMs: number;
  /** @internal Where this one is several: each shard goes to one of them, which is asked in its place. */
  readonly places?: Places;
  /** Learns the limits from the platform; asked before each job. Rejects with `InvokeError` when it cannot be reached. */
  ready?(): Promise<void>;
  /** Throws `OptionError` for a request that no worker here could take. Asked once for each job, after `ready()`. */
  checkRequest?(request: ShardRequest): void;
  /** Begins to start up to `workers` workers, so that they are warm when the first shard comes. Never throws. */
  warm(workers: number, setting: WorkerSetting): void;
  /**
   * Runs the shard on a worker. Resolves with an answer once its result object exists; with undefined once the platform
   * has taken a shard that nobody will answer for: only the store will tell then. Rejects with `WorkerDeath` when the
   * worker ended before that, and with `WorkerRefusal` when it could not run the shard.
   * An aborted signal ends the work: at once where a worker can be ended, else as soon as the platform lets it.
   *
   * @param onHeld told when the shard begins to wait because the platform takes no more, and when it waits no more
   * @param onPrinted told what the shard's calls print, while they run; never where a backend does not hear it
   */
  invoke(
    request: ShardRequest,
    signal: AbortSignal,
    onHeld?: OnHeld,
    onPrinted?: OnPrinted,
  ): Promise<Answer | undefined>;
  /** Ends every worker. */
  close(): Promise<void>;
}

/** Where a shard goes: the backend of a job, or one of several that act as one. */
export interface Place {
  /** As reports and warnings have it: the backend's name, with a number behind it where several have that name. */
  readonly name: string;
  readonly backend: Backend;
}

/**
 * How an attempt left its place: with an answer, with what failed, as the job was over, or because a copy elsewhere was first.
 */
export type Leave = "answered" | "over" | "overtaken" | { failed: unknown };

/** A place to which no shards went for a while, and why. */
export interface LeftOut {
  name: string;
  why: string;
}

/** Hands out places. Each `enter` is followed by one `leave`. */
export interface Places {
  readonly all: readonly Place[];
  /** Workers that have nothing to do, and for which nothing waits. */
  readonly idle: number;
  /**
   * Resolves with a place that has room for a shard. Rejects with the signal's reason.
   *
   * @param not where the shard must not go, unless there is nothing else
   */
  enter(signal: AbortSignal, not: ReadonlySet<Place>): Promise<Place>;
  /** @param enteredAt when that was, by the clock that only goes forward, ms */
  leave(place: Place, how: Leave, enteredAt: number): void;
  /** Where a shard would go at once; undefined where it would have to wait. */
  next(not: ReadonlySet<Place>): Place | undefined;
  /** Whether there is a place that works, other than these. */
  hasOther(not: ReadonlySet<Place>): boolean;
  /** Those that were left out in that time. Unix times, ms. */
  leftOut(from: number, to: number): LeftOut[];
}

/** The worker ended while it ran the shard. Not for users: the host makes its verdict of it. */
export class WorkerDeath extends Error {
  readonly death: Death;
  /** Where the platform tells. */
  billed?: Billed | undefined;
  /** @internal Where it was, as the host notes. */
  place?: Place | undefined;

  constructor(death: Death) {
    super(`The worker ended: ${JSON.stringify(death)}`);
    this.death = death;
  }
}

/** The worker or the platform could not run the shard, though nothing died. */
export class WorkerRefusal extends Error {
  readonly kind: "invoke" | "store";
  /** Whether another try may help. */
  readonly transient: boolean;
  /** Whether the shard may have run all the same, such as when its answer was lost on the way. */
  readonly mayHaveRun: boolean;
  /** Whether nothing failed: that worker holds what another job left, or heard nothing; it is gone now, and another one will do. */
  readonly isUnfit: boolean;
  /** Whether the worker itself failed, in a way that nobody foresaw: one of the calls may have brought it about. */
  readonly isBroken: boolean;
  /** Where the platform tells. */
  billed?: Billed | undefined;
  /** @internal Where it was, as the host notes. */
  place?: Place | undefined;

  constructor(
    kind: "invoke" | "store",
    message: string,
    options: ErrorOptions & { transient: boolean; mayHaveRun?: boolean; isUnfit?: boolean; isBroken?: boolean },
  ) {
    super(message, options);
    this.kind = kind;
    this.transient = options.transient;
    this.mayHaveRun = options.mayHaveRun ?? false;
    this.isUnfit = options.isUnfit ?? false;
    this.isBroken = options.isBroken ?? false;
  }
}
