/** All that one account holds, and what the services share. */
import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Host } from "./environment.js";
import { Faults } from "./faults.js";
import type { FunctionRecord } from "./function-record.js";
import type { Role } from "./iam-roles.js";
import type { LayerVersion } from "./layers.js";
import { type LogGroup, newLogGroup } from "./log-groups.js";
import { type Network, newNetwork } from "./network.js";
import type { Knobs, Settings } from "./options.js";
import type { Reaper } from "./reaper.js";
import type { ApiRequest } from "./recorder.js";
import type { Session } from "./sts.js";

/** Of a function's log, the newest so many characters are kept. */
const LOG_CHARACTERS = 1_000_000;

export class Account implements Host {
  readonly knobs: Knobs = newKnobs();
  readonly faults = new Faults();
  readonly requests: ApiRequest[] = [];
  readonly functions = new Map<string, FunctionRecord>();
  /** Versions of each layer, oldest first. A deleted one leaves its number. */
  readonly layers = new Map<string, LayerVersion[]>();
  readonly roles = new Map<string, Role>();
  readonly network: Network = newNetwork();
  /** The files of images in a registry, by URI. */
  readonly images = new Map<string, ReadonlyMap<string, Uint8Array>>();
  /** By access key. */
  readonly sessions = new Map<string, Session>();
  readonly logGroups = new Map<string, LogGroup>();
  #lastTurn: Promise<void> = Promise.resolve();
  #isClosed = false;
  #timers = new Set<NodeJS.Timeout>();

  constructor(
    readonly settings: Settings,
    readonly folder: string,
    readonly reaper: Reaper,
  ) {}

  arn(service: string, resource: string): string {
    const region = service === "iam" ? "" : this.settings.region;
    return `arn:aws:${service}:${region}:${this.settings.accountId}:${resource}`;
  }

  /** Invocations of all functions that run now. */
  get running(): number {
    return [...this.functions.values()].reduce((sum, one) => sum + one.pool.running, 0);
  }

  /** Runs `action` after the time, unless the account is closed before. */
  later(ms: number, action: () => void): void {
    if (this.#isClosed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    this.#timers.add(timer);
  }

  /** Starting a process blocks for milliseconds: one in each turn, so that requests are taken in between. */
  async turn(): Promise<void> {
    this.#lastTurn = this.#lastTurn.then(() => nextTurn());
    await this.#lastTurn;
  }

  onLog(functionName: string, text: string): void {
    const name = `/aws/lambda/${functionName}`;
    const group = this.logGroups.get(name) ?? newLogGroup(name);
    group.text = (group.text + text).slice(-LOG_CHARACTERS);
    this.logGroups.set(name, group);
  }

  reset(): void {
    this.requests.length = 0;
    this.faults.clear();
    Object.assign(this.knobs, newKnobs());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all([...this.functions.values()].map((one) => one.pool.close()));
  }
}

function newKnobs(): Knobs {
  return { duplicateEvents: 0, dropEvents: 0, retryAfterSeconds: undefined };
}

export function newId(): string {
  return randomUUID();
}
