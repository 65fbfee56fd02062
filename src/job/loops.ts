/** The loops over a job's results: how far each is, and whether anything but them needs its values. */
import { ChangeSignal } from "../util/change-signal.js";

export interface Loop {
  /** The results that come before this many have been handed out and are done with. */
  passed: number;
}

export class Loops {
  readonly #loops = new Set<Loop>();
  readonly #change = new ChangeSignal();
  #keepsAll = false;
  #onLast: () => void = () => {};

  /** Whether somebody wants all values at once, or any of them at any time: then none is given up, and nobody waits for a loop. */
  get keepsAll(): boolean {
    return this.#keepsAll;
  }

  keepAll(): void {
    if (this.#keepsAll) return;
    this.#keepsAll = true;
    this.#change.wake();
  }

  /** Results that were handed out by the slowest loop; undefined while nothing but loops could make anybody wait, and there is none. */
  get passed(): number | undefined {
    if (this.#keepsAll || this.#loops.size === 0) return undefined;
    let least = Infinity;
    for (const { passed } of this.#loops) least = Math.min(least, passed);
    return least;
  }

  /** Whether what this loop has passed is of no use to anybody else. */
  isAlone(): boolean {
    return !this.#keepsAll && this.#loops.size === 1;
  }

  enter(): Loop {
    const loop = { passed: 0 };
    this.#loops.add(loop);
    return loop;
  }

  pass(loop: Loop): void {
    loop.passed++;
    this.#change.wake();
  }

  leave(loop: Loop): void {
    this.#loops.delete(loop);
    this.#change.wake();
    if (this.#loops.size === 0 && !this.#keepsAll) this.#onLast();
  }

  /** @param onLast called when the last loop was left, and nobody else wants anything */
  whenLeft(onLast: () => void): void {
    this.#onLast = onLast;
  }

  /** Resolves when any loop has gone on. */
  changed(): Promise<void> {
    return this.#change.changed();
  }
}
