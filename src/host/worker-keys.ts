/**
 * Keys of the store for the workers of one job: short-lived, and limited by the platform itself to what these workers read and write. They are asked of
 * STS by the host (AssumeRole with a session policy), travel in requests, and are stored nowhere.
 */
import { type Backend, WorkerRefusal } from "../backends/backend.js";
import { OptionError } from "../errors.js";
import { type SessionKeys, takeOnRole } from "../stores/s3/session.js";
import type { Store, StoreDescriptor, WorkerRole } from "../stores/store.js";
import { textOf } from "../util/describe-value.js";
import { MINUTE_MS, SECOND_MS } from "../util/time.js";
import { sessionPolicy } from "./session-policy.js";

/** What every role allows, and the most for whoever has taken on another role before (AWS documentation, "Methods to assume a role"). */
const SESSION_S = 3600;

/** Time that a request may wait in Lambda's queue beyond its function's own, with room to store what it computed, ms. */
const WAIT_MS = 18 * MINUTE_MS;

/** Characters of a session policy (AWS API reference, "AssumeRole"). */
const MAX_POLICY = 2048;

export class WorkerKeys {
  readonly #descriptor: StoreDescriptor;
  readonly #role: WorkerRole;
  readonly #backend: Backend;
  readonly #jobId: string;
  readonly #policy: string;
  #session: { keys: Promise<SessionKeys>; until: number } | undefined;

  /** @param sources ids of the jobs whose results are inputs. Throws `OptionError` for more of them than a session can be allowed to read. */
  constructor(store: Store, role: WorkerRole, backend: Backend, jobId: string, sources: readonly string[]) {
    this.#descriptor = store.descriptor;
    this.#role = role;
    this.#backend = backend;
    this.#jobId = jobId;
    this.#policy = JSON.stringify(sessionPolicy(role, jobId, sources));
    if (this.#policy.length <= MAX_POLICY) return;
    throw new OptionError(
      "inputs",
      `The inputs of job ${jobId} are results of ${sources.length} other jobs, and with workerRoleArn its workers' keys can name some ten at most: a session policy of STS has ${MAX_POLICY} characters. Map over the values themselves, or reduce in more steps.`,
    );
  }

  /** Throws `OptionError` for a backend whose requests are not for secrets, or whose shards may outlive a session. */
  check(): void {
    const { name, carriesKeys, maxShardMs } = this.#backend;
    if (carriesKeys && maxShardMs + WAIT_MS < SESSION_S * SECOND_MS) return;
    throw new OptionError(
      "workerRoleArn",
      `The store gives workers keys of their job alone (workerRoleArn), and the backend ${name} cannot carry them: that takes AWS Lambda. Leave workerRoleArn out, or run the job there.`,
    );
  }

  /** What a worker opens the store with. Rejects with `WorkerRefusal`. */
  async descriptor(): Promise<StoreDescriptor> {
    this.check();
    const needed = Date.now() + this.#backend.maxShardMs + WAIT_MS;
    if (!this.#session || this.#session.until < needed) {
      // Those that are asked for at once share one answer.
      const session = { keys: this.#ask(), until: Date.now() + SESSION_S * SECOND_MS };
      this.#session = session;
      session.keys.catch(() => {
        if (this.#session === session) this.#session = undefined;
      });
    }
    return { ...this.#descriptor, credentials: await this.#session.keys };
  }

  async #ask(): Promise<SessionKeys> {
    const { arn } = this.#role;
    // So that logs of AWS tell which job it was.
    const name = `nodewren-${this.#jobId}`;
    try {
      return await takeOnRole(this.#role, { name, policy: this.#policy, seconds: SESSION_S });
    } catch (cause) {
      const isDenied = (cause as Error).name === "AccessDenied";
      const hint = isDenied
        ? "Allow sts:AssumeRole on it to whoever runs jobs, and let its trust policy name them: `npx nodewren policy caller` prints the first."
        : "Check workerRoleArn, and the credentials and network of this process.";
      const message = `The role of workers ${arn} could not be taken on for job ${this.#jobId}: ${textOf(cause)}. ${hint}`;
      throw new WorkerRefusal("invoke", message, { cause, transient: !isDenied });
    }
  }
}

/** Undefined where workers have the rights of the place where they run. */
export function workerKeysOf(
  { store, backend }: { store: Store; backend: Backend },
  jobId: string,
  sources: readonly string[] = [],
): WorkerKeys | undefined {
  const { workerRole } = store;
  return workerRole && new WorkerKeys(store, workerRole, backend, jobId, sources);
}
