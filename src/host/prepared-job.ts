import type { Store } from "../stores/store.js";
import { type StateMachine, type StateMachineOptions, stateMachineOf } from "./state-machine.js";

/** A job that lies in the store, and that nobody runs yet: `executor.attach(id, { resume: true })` does, or a state machine. */
export class PreparedJob {
  readonly id: string;
  readonly #store: Store;
  readonly #defaults: StateMachineOptions;

  /** @internal Prepared jobs come from `executor.prepare()`. */
  constructor(id: string, store: Store, defaults: StateMachineOptions) {
    this.id = id;
    this.#store = store;
    this.#defaults = defaults;
  }

  /**
   * The job as a definition in Amazon States Language, for AWS Step Functions: a Map state whose iterations run a shard each on the deployed
   * function. Its results lie in the store then, where `executor.attach(id)` finds them.
   *
   * @throws OptionError where workers on Lambda could not run the job, or Step Functions not so many shards
   */
  toStateMachine(options: StateMachineOptions = {}): Promise<StateMachine> {
    return stateMachineOf(this.#store, this.id, { ...this.#defaults, ...options });
  }
}
