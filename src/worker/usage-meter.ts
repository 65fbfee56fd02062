/** What calls take of their process: CPU time, and time in which it waits with nothing to do, or for a core. */
import type { CallUsage } from "../wire/result.js";
import { CoreWait } from "./core-wait.js";

/** Taken at load: the user's function may replace them. */
const cpuUsage = process.cpuUsage.bind(process);
const eventLoopUtilization = performance.eventLoopUtilization.bind(performance);
const now = performance.now.bind(performance);

/** A look at the process costs 5 to 40 µs, more than a trivial call does, so that there is none more often than this, ms. */
const WINDOW_MS = 5;

/** A call that runs, or that has ended in the window that is open. */
export interface Metered {
  readonly usage: CallUsage;
  /** Until when its time has been added to `ranMs`. */
  since: number;
  /** Time that it has run in the window, ms. */
  ranMs: number;
}

/** What the process has taken since it began. */
interface Look extends CallUsage {
  at: number;
}

/**
 * The process is looked at as calls begin and end, and what it has taken since the last look is shared out among those that have
 * run since, by how long they did. So the shares of calls that run at once add up to what they took together; what the worker does
 * between calls is nobody's.
 */
export class UsageMeter {
  readonly #coreWait = new CoreWait();
  readonly #running = new Set<Metered>();
  #ended: Metered[] = [];
  #last: Look = { at: 0, cpuMs: 0, idleMs: 0 };

  begin(): Metered {
    const at = now();
    if (at - this.#last.at >= WINDOW_MS) {
      if (this.#running.size === 0 && this.#ended.length === 0) this.#last = this.#look(at);
      else this.#shareOut(at);
    }
    const metered = { usage: { cpuMs: 0, idleMs: 0 }, since: at, ranMs: 0 };
    this.#running.add(metered);
    return metered;
  }

  /** What is returned is complete after the next `flush()`. */
  end(metered: Metered): CallUsage {
    const at = now();
    this.#running.delete(metered);
    metered.ranMs += at - metered.since;
    this.#ended.push(metered);
    if (at - this.#last.at >= WINDOW_MS) this.#shareOut(at);
    return metered.usage;
  }

  /** Completes the usage of calls that have ended. */
  flush(): void {
    if (this.#ended.length > 0) this.#shareOut(now());
  }

  #look(at: number): Look {
    const { user, system } = cpuUsage();
    const { idle } = eventLoopUtilization();
    const coreWaitMs = this.#coreWait.ms;
    return { at, cpuMs: (user + system) / 1000, idleMs: idle, ...(coreWaitMs !== undefined && { coreWaitMs }) };
  }

  #shareOut(at: number): void {
    const before = this.#last;
    this.#last = this.#look(at);
    const took = between(before, this.#last);
    for (const metered of this.#running) {
      metered.ranMs += at - metered.since;
      metered.since = at;
    }
    const all = [...this.#running, ...this.#ended];
    const ranMs = all.reduce((sum, metered) => sum + metered.ranMs, 0);
    for (const metered of all) {
      addShare(metered.usage, took, metered.ranMs / Math.max(at - before.at, ranMs));
      metered.ranMs = 0;
    }
    this.#ended = [];
  }
}

function between(a: Look, b: Look): CallUsage {
  const took: CallUsage = { cpuMs: b.cpuMs - a.cpuMs, idleMs: b.idleMs - a.idleMs };
  if (a.coreWaitMs !== undefined && b.coreWaitMs !== undefined) took.coreWaitMs = b.coreWaitMs - a.coreWaitMs;
  return took;
}

function addShare(usage: CallUsage, { cpuMs, idleMs, coreWaitMs }: CallUsage, share: number): void {
  usage.cpuMs += cpuMs * share;
  usage.idleMs += idleMs * share;
  if (coreWaitMs !== undefined) usage.coreWaitMs = (usage.coreWaitMs ?? 0) + coreWaitMs * share;
}
