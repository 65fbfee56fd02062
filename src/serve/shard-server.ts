/** Runs shards for whoever signs them with the token, each in a process of its own kind of worker: the same behind every server. */

import { WorkerDeath, WorkerRefusal } from "../backends/backend.js";
import { LocalBackend } from "../backends/local/backend.js";
import { textOf } from "../util/describe-value.js";
import { decodeRequest } from "../wire/invocation.js";
import { type ShardRequest, UNFIT_CODE, type WorkerFailure } from "../wire/messages.js";
import { openSealed } from "../wire/sealed-request.js";
import type { ServedAnswer, ServedDescription, ServedRefusal } from "../wire/served-answer.js";
import { WIRE_VERSION } from "../wire/version.js";
import { ownSystem } from "./own-system.js";

export interface ShardServerSetting {
  /** What requests must be signed with. */
  token: string;
  /** Shards that run at once. */
  workers: number;
  /** Path of the worker's entry; default: this package's own. */
  entry?: string | undefined;
  /** Whether a shard with this store may run; default: any may. */
  allowsStore?: ((store: ShardRequest["store"]) => boolean) | undefined;
}

/** Rejects nothing that it is asked: each answer says what became of the shard. */
export class ShardServer {
  readonly #setting: ShardServerSetting;
  readonly #backend: LocalBackend;
  #running = 0;

  constructor(setting: ShardServerSetting) {
    this.#setting = setting;
    this.#backend = new LocalBackend({ workers: setting.workers }, setting.entry);
  }

  describe(): ServedDescription {
    return { wire: WIRE_VERSION, workers: this.#setting.workers, system: ownSystem() };
  }

  /**
   * @param sealed what was sent, whoever sent it
   * @param signal aborted when nobody waits for the answer any more: then the shard is ended
   */
  async answer(sealed: unknown, signal: AbortSignal): Promise<ServedAnswer> {
    const { request: text, refusal } = openSealed(sealed, this.#setting.token);
    if (refusal !== undefined) return refused(401, refusal);
    let request: ShardRequest;
    try {
      request = decodeRequest(JSON.parse(text));
    } catch (error) {
      return refused(400, textOf(error));
    }
    return this.#reasonAgainst(request) ?? this.#run(request, signal);
  }

  /** Ends every worker. */
  close(): Promise<void> {
    return this.#backend.close();
  }

  #reasonAgainst({ store }: ShardRequest): { refusal: ServedRefusal } | undefined {
    // A worker takes such a store with it when its server ends, as it would have to when its host does.
    if (store.temporary === true)
      return refused(400, "The job's store is a temporary folder of its host. Give the executor a store of its own.");
    if (this.#setting.allowsStore?.(store) === false)
      return refused(
        401,
        "This server runs no shards of the job's store. Start it with that one in its option --store.",
      );
    if (this.#running < this.#setting.workers) return undefined;
    return refused(429, `All of the ${this.#setting.workers} workers of this server are busy.`);
  }

  async #run(request: ShardRequest, signal: AbortSignal): Promise<ServedAnswer> {
    this.#running++;
    try {
      return { answer: await this.#backend.invoke(request, signal) };
    } catch (error) {
      return error instanceof WorkerDeath ? { death: error.death } : { failure: failureOf(error) };
    } finally {
      this.#running--;
    }
  }
}

export function refused(status: number, message: string): { refusal: ServedRefusal } {
  return { refusal: { status, message } };
}

/** As `refusalOf` reads it. */
function failureOf(error: unknown): WorkerFailure {
  if (!(error instanceof WorkerRefusal)) return { code: "", message: textOf(error), retire: true };
  const { kind, isUnfit, message, transient: isTransient } = error;
  return { code: isUnfit ? UNFIT_CODE : kind.toUpperCase(), message, retire: false, isTransient };
}
