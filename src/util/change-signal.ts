/** Wakes whoever waits for the next change of something. */
export class ChangeSignal {
  #next: { promise: Promise<void>; wake(): void } | undefined;

  /** Resolves at the next `wake()`. */
  changed(): Promise<void> {
    this.#next ??= newWait();
    return this.#next.promise;
  }

  /** Costs nothing while nobody waits. */
  wake(): void {
    const next = this.#next;
    this.#next = undefined;
    next?.wake();
  }
}

function newWait(): { promise: Promise<void>; wake(): void } {
  let wake!: () => void;
  const promise = new Promise<void>((resolve) => {
    wake = resolve;
  });
  return { promise, wake };
}
