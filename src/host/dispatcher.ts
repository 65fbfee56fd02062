/** Hands shards to the backend, as many at once as it can run, and sees each one to its end. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Leave, type Place, type Places, WorkerDeath, WorkerRefusal } from "../backends/backend.js";
import { isFromOutside } from "../backends/death.js";
import { OnePlace } from "../backends/one-place.js";
import { InvokeError, NodewrenError } from "../errors.js";
import { textOf } from "../util/describe-value.js";
import { isInstance } from "../util/is-instance.js";
import { monotonicMs, now } from "../util/time.js";
import type { Billed } from "../wire/billed.js";
import { pieceName } from "../wire/keys.js";
import type { Answer } from "../wire/messages.js";
import { invokeInTime } from "./deadline.js";
import { type JobRun, newTask, type Task } from "./job-run.js";
import { failureOf } from "./open-trace.js";
import { afterDeath, afterRefusal, type Step } from "./recover.js";
import { requestOf } from "./request.js";
import { type ResultReader, SpoiledResult } from "./result-reader.js";
import { type AttemptWatch, Speculation } from "./speculation.js";
import { rateShare, StartRate } from "./start-rate.js";
import { Poller } from "./store-poller.js";
import { commitSplit, commitVerdict } from "./verdict.js";

/** First pause before another try at a shard, ms; it doubles with each try. */
const FIRST_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 2000;

export class Dispatcher {
  readonly #run: JobRun;
  readonly #reader: ResultReader;
  readonly #places: Places;
  readonly #poller: Poller;
  readonly #speculation: Speculation | undefined;
  /** Undefined when calls may start at any rate. */
  readonly #rate: StartRate | undefined;
  readonly #queue: Task[];
  readonly #resolve: () => void;
  /** Resolves when no shard is under way or waiting any more. */
  readonly done: Promise<void>;
  #active = 0;
  /** Whether other shards may still come. */
  #isOpen: boolean;

  constructor(run: JobRun, reader: ResultReader, tasks: readonly Task[], isOpen = false) {
    this.#isOpen = isOpen;
    this.#run = run;
    this.#reader = reader;
    this.#places = run.backend.places ?? new OnePlace(run.backend);
    this.#poller = new Poller(run);
    // Of a stream nobody knows how many shards there will be.
    const shards = isOpen ? Infinity : tasks.length;
    const share = rateShare(run.settings, run.backend.limits.concurrency, shards);
    this.#rate = share && new StartRate(share);
    // A copy's calls would start besides those that the limit allows.
    if (run.settings.speculate && !share)
      this.#speculation = new Speculation(run, this.#invoke, this.#places, () => this.#idleWorkers());
    // Reversed, so that the next one can be popped from the end.
    this.#queue = [...tasks].reverse();
    let resolve!: () => void;
    this.done = new Promise((done) => {
      resolve = done;
    });
    this.#resolve = resolve;
    this.#pump();
  }

  /** Shards that come behind all others. */
  add(tasks: readonly Task[]): void {
    this.#queue.unshift(...[...tasks].reverse());
    this.#pump();
  }

  /** No others will come. */
  end(): void {
    this.#isOpen = false;
    this.#pump();
  }

  #pump(): void {
    if (this.#run.signal.aborted) this.#queue.length = 0;
    while (this.#active < this.#run.backend.limits.concurrency && this.#queue.length > 0) {
      this.#active++;
      void this.#see(this.#queue.pop() as Task);
    }
    if (this.#active === 0 && !this.#isOpen) this.#resolve();
  }

  async #see(task: Task): Promise<void> {
    try {
      if (!this.#run.signal.aborted) await this.#attempt(task);
    } catch (error) {
      this.#reader.fail(task, asNodewrenError(error));
    } finally {
      this.#active--;
      this.#pump();
    }
  }

  async #attempt(task: Task): Promise<void> {
    const left = task.mayHaveRun ? await this.#reader.lookAgain(task) : undefined;
    if (left) return this.#enqueue(left);
    task.mayHaveRun = false;
    task.tries++;
    task.invokedAt = now();
    try {
      const answer = await (this.#speculation?.run(task) ?? this.#invoke(task, this.#run.signal, {}));
      this.#enqueue(await this.#reader.look(task, answer));
    } catch (error) {
      if (this.#run.signal.aborted) return;
      await this.#recover(task, error);
    }
  }

  readonly #invoke = (task: Task, signal: AbortSignal, watch: AttemptWatch): Promise<Answer | undefined> => {
    const invoke = () => this.#invokeSomewhere(task, signal, watch);
    return this.#rate ? this.#rate.run(signal, invoke) : invoke();
  };

  /** Where there is room. */
  async #invokeSomewhere(task: Task, signal: AbortSignal, watch: AttemptWatch): Promise<Answer | undefined> {
    const place = await this.#places.enter(signal, watch.not ?? this.#unfitFor(task));
    const enteredAt = monotonicMs();
    // That of a copy is not the shard's own.
    if (!watch.isCopy) task.invokedAt = now();
    watch.onPlace?.(place);
    let how: Leave = "answered";
    try {
      return await this.#invokeNoted(task, place, signal, watch);
    } catch (error) {
      if (error instanceof WorkerDeath || error instanceof WorkerRefusal) error.place = place;
      how = { failed: error };
      throw error;
    } finally {
      if (how !== "answered" && signal.aborted) how = this.#run.signal.aborted ? "over" : "overtaken";
      this.#places.leave(place, how, enteredAt);
    }
  }

  /** Where it failed, and where workers have too little memory for it. */
  #unfitFor({ failedAt, memoryLevel }: Task): ReadonlySet<Place> {
    const memoryMb = this.#run.settings.memoryMb[memoryLevel] ?? 0;
    const small = this.#places.all.filter(({ backend }) => (backend.limits.workerMemoryMb ?? Infinity) < memoryMb);
    return small.length > 0 ? new Set([...failedAt, ...small]) : failedAt;
  }

  /** What is billed for the attempt is noted, and its span begins. */
  async #invokeNoted(
    task: Task,
    { name, backend }: Place,
    signal: AbortSignal,
    { onHeld }: AttemptWatch,
  ): Promise<Answer | undefined> {
    const { bills, trace, workerKeys } = this.#run;
    const run = { ...this.#run, backend, signal };
    const request = requestOf(run, task, this.#rate?.paceMs);
    const { attemptId, shard } = request;
    bills.invoke(attemptId, name);
    request.traceparent = trace?.begin(shard, request, now());
    let billed: Billed | undefined;
    try {
      if (workerKeys) request.store = await workerKeys.descriptor();
      const answer = await invokeInTime(run, this.#poller, request, onHeld);
      billed = answer?.billed;
      return answer;
    } catch (error) {
      if (error instanceof WorkerDeath || error instanceof WorkerRefusal) billed = error.billed;
      trace?.leave(attemptId, now(), signal.aborted ? undefined : failureOf(error as Error));
      if (signal.aborted) bills.forget(attemptId);
      throw error;
    } finally {
      if (billed) bills.tell(attemptId, name, billed);
    }
  }

  #idleWorkers(): number {
    return this.#queue.length > 0 ? 0 : this.#places.idle;
  }

  async #recover(task: Task, error: unknown): Promise<void> {
    const { settings, stored, backend } = this.#run;
    const place = error instanceof WorkerDeath || error instanceof WorkerRefusal ? error.place : undefined;
    const { limits: there, maxShardMs } = place?.backend ?? backend;
    const { workerMemoryMb } = there;
    const limits = { ...settings, workerMemoryMb, mostMemoryMb: backend.limits.workerMemoryMb, maxShardMs };
    const left = mayHaveCommitted(error) ? await this.#reader.lookAgain(task) : undefined;
    if (place) this.#noteFailed(task, place, error);
    if (left) this.#enqueue(left);
    else if (error instanceof WorkerDeath) {
      // The worker has tried the call again before it ended.
      task.attempt += error.death.retry ?? 0;
      await this.#take(task, afterDeath(task, error.death, limits));
    } else if (error instanceof WorkerRefusal) {
      // Someone may have cleaned the store: the next job stores again what it needs.
      if (error.kind === "store") stored.clear();
      await this.#take(task, afterRefusal(task, error, limits, task.failedAt.size > 0));
    } else if (error instanceof SpoiledResult) this.#runAnew(task, error);
    else this.#reader.fail(task, asNodewrenError(error));
  }

  /** Another place comes first at its next try, where there is one that works; else all of them may be tried again. */
  #noteFailed(task: Task, place: Place, error: unknown): void {
    if (error instanceof WorkerRefusal ? error.isUnfit : !isFromOutside((error as WorkerDeath).death)) return;
    const failedAt = new Set([...task.failedAt, place]);
    task.failedAt = this.#places.hasOther(failedAt) ? failedAt : new Set();
  }

  /** Under another name, since nothing on the shard's own key can be replaced: as a piece that is all of it. */
  #runAnew(task: Task, { error }: SpoiledResult): void {
    const { name, first, count } = task.shard;
    const anew = { ...task.shard, name: pieceName(name, first, count) };
    if (anew.name === name) this.#reader.fail(task, error);
    else this.#enqueue([newTask({ ...task, shard: anew, attempt: task.attempt + 1, mayHaveRun: true })]);
  }

  async #take(task: Task, step: Step): Promise<void> {
    if (step.kind === "retry") await this.#retry(task, step);
    else if (step.kind === "elsewhere")
      this.#enqueue([{ ...task, tries: task.tries - 1, unfit: task.unfit + step.unfit }]);
    else if (step.kind === "split") this.#enqueue(await commitSplit(this.#run, this.#reader, task, step));
    else this.#enqueue(await commitVerdict(this.#run, this.#reader, task, step.verdict));
  }

  /** After a refusal with a growing pause and jitter, so that many shards do not come back at once to what just failed. */
  async #retry(task: Task, { pauseMs, moreMemory }: Extract<Step, { kind: "retry" }>): Promise<void> {
    const growing = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (task.tries - 1)) * (0.5 + Math.random());
    const pause = pauseMs === "growing" ? growing : pauseMs;
    if (pause > 0) await sleep(pause, undefined, { signal: this.#run.signal }).catch(() => {});
    task.attempt++;
    // What was tried with less memory counts for nothing.
    if (moreMemory) Object.assign(task, { memoryLevel: task.memoryLevel + 1, tries: 0 });
    this.#enqueue([task]);
  }

  #enqueue(tasks: readonly Task[]): void {
    this.#queue.push(...[...tasks].reverse());
  }
}

/** Whether the result may lie in the store all the same: what was lost may have been the word of it only. */
function mayHaveCommitted(error: unknown): boolean {
  return error instanceof WorkerDeath ? !error.death.certain : error instanceof WorkerRefusal && error.mayHaveRun;
}

function asNodewrenError(error: unknown): NodewrenError {
  return isInstance(error, NodewrenError)
    ? error
    : new InvokeError(`The job could not go on: ${textOf(error)}`, { cause: error });
}
