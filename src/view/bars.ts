/** The bars of all jobs of this process, in one block on its terminal. */
import { atExit } from "../util/at-exit.js";
import { atSignal, type EndSignal } from "../util/at-signal.js";
import { barLine } from "./bar-line.js";
import type { JobBars, Shown } from "./job-bars.js";
import { TerminalBlock } from "./terminal-block.js";

/** Time between two looks at how far the jobs are, ms. */
const REFRESH_MS = 100;

const END_SIGNALS: readonly EndSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];

export class Bars implements JobBars {
  readonly #shown = new Set<Shown>();
  #block: TerminalBlock | undefined;
  #ends: (() => void)[] = [];

  add(shown: Shown): void {
    this.#shown.add(shown);
    this.#block ??= this.#open();
    this.#refresh();
  }

  end(shown: Shown): void {
    if (!this.#block || !this.#shown.has(shown)) return;
    const isAmongOthers = this.#shown.size > 1;
    this.#shown.delete(shown);
    this.#block.keep([lineOf(shown, isAmongOthers)]);
    this.#refresh();
  }

  #open(): TerminalBlock {
    const { stdout, stderr } = process;
    const block = new TerminalBlock(stderr, stdout.isTTY ? [stdout] : []);
    const timer = setInterval(() => this.#refresh(), REFRESH_MS);
    timer.unref();
    const refresh = () => this.#refresh();
    // Node itself writes those past the streams.
    const giveWay = () => block.giveWay();
    const onThrow = () => {
      if (process.listenerCount("uncaughtException") === 0) this.#close();
    };
    stderr.on("resize", refresh);
    process.prependListener("warning", giveWay);
    process.on("uncaughtExceptionMonitor", onThrow);
    this.#ends = [
      () => clearInterval(timer),
      () => stderr.off("resize", refresh),
      () => process.off("warning", giveWay),
      () => process.off("uncaughtExceptionMonitor", onThrow),
      atExit(() => this.#close()),
      ...END_SIGNALS.map((signal) => atSignal(signal, (ends) => ends && this.#close())),
    ];
    return block;
  }

  #refresh(): void {
    const block = this.#block;
    if (!block) return;
    block.show(this.#lines());
    if (this.#shown.size === 0 && block.isSettled) this.#close();
  }

  #lines(): string[] {
    return [...this.#shown].map((shown) => lineOf(shown, this.#shown.size > 1));
  }

  #close(): void {
    const block = this.#block;
    this.#block = undefined;
    for (const end of this.#ends) end();
    this.#ends = [];
    // Of those that are not over, how far they were.
    block?.keep(this.#lines());
    block?.close();
    this.#shown.clear();
  }
}

/** One column less than there are, as a full row would begin another one. */
function lineOf(shown: Shown, isAmongOthers: boolean): string {
  const { stderr } = process;
  const state = shown();
  return barLine({ ...state, name: isAmongOthers ? state.name : "" }, (stderr.columns || 80) - 1, stderr.hasColors());
}
