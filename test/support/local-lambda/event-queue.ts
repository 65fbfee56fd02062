/** Lambda's internal queue of events: at least once as a rule, more or less often when knobs say so. */
import type { Account } from "./account.js";
import type { FunctionRecord } from "./function-record.js";
import { throttleReason } from "./invoke.js";
import { RETRY_ATTEMPTS } from "./limits.js";
import { numberOf, versionOf } from "./versions.js";

interface QueuedEvent {
  found: FunctionRecord;
  requestId: string;
  payload: string | Uint8Array;
  /** By which it was invoked. */
  qualifier: string;
  receivedAt: number;
  failures: number;
}

export interface EventStats {
  received: number;
  /** Deliveries to a function, retries and duplicates included. */
  deliveries: number;
  /** Given up: too old, out of tries, or its function is gone. */
  givenUp: number;
  dropped: number;
  duplicated: number;
}

export class EventQueue {
  readonly stats: EventStats = { received: 0, deliveries: 0, givenUp: 0, dropped: 0, duplicated: 0 };

  constructor(readonly account: Account) {}

  add(found: FunctionRecord, requestId: string, payload: string | Uint8Array, qualifier: string): void {
    const { dropEvents, duplicateEvents } = this.account.knobs;
    this.stats.received++;
    if (isEvery(dropEvents, this.stats.received)) {
      this.stats.dropped++;
      return;
    }
    const event = { found, requestId, payload, qualifier, receivedAt: Date.now(), failures: 0 };
    this.#after(0, event);
    if (!isEvery(duplicateEvents, this.stats.received)) return;
    this.stats.duplicated++;
    this.#after(0, { ...event });
  }

  #after(ms: number, event: QueuedEvent): void {
    this.account.later(ms, () => void this.#deliver(event));
  }

  async #deliver(event: QueuedEvent): Promise<void> {
    const { found, requestId, payload, qualifier } = event;
    const { eventThrottleDelayMs, eventRetryDelaysMs } = this.account.settings;
    if (this.#isTooOld(event)) return this.#giveUp();
    if (this.account.functions.get(found.config.FunctionName) !== found) return this.#giveUp();
    if (found.state === "Pending" || throttleReason(found)) return this.#after(eventThrottleDelayMs, event);
    this.stats.deliveries++;
    const { deployment } = versionOf(found, numberOf(found, qualifier) ?? qualifier);
    const result = await found.pool.invoke(deployment, requestId, payload);
    if (!result.functionError) return;
    const retries = found.eventConfigs.get(qualifier)?.MaximumRetryAttempts ?? RETRY_ATTEMPTS.default;
    if (event.failures++ >= retries) return this.#giveUp();
    this.#after(eventRetryDelaysMs[event.failures - 1] ?? eventRetryDelaysMs.at(-1) ?? 0, event);
  }

  #giveUp(): void {
    this.stats.givenUp++;
  }

  #isTooOld({ found, qualifier, receivedAt }: QueuedEvent): boolean {
    const seconds = found.eventConfigs.get(qualifier)?.MaximumEventAgeInSeconds;
    const maxMs = seconds === undefined ? this.account.settings.maxEventAgeMs : seconds * 1000;
    return Date.now() - receivedAt > maxMs;
  }
}

function isEvery(n: number, count: number): boolean {
  return n > 0 && count % n === 0;
}
