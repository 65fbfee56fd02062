/** Iterates over what comes in batches, one by one: what has come already costs no more than a settled promise. */
export function eachOf<T>(batches: AsyncIterable<T[]>): AsyncIterableIterator<T> {
  return new EachOf(batches[Symbol.asyncIterator]());
}

class EachOf<T> implements AsyncIterableIterator<T> {
  #batch: T[] = [];
  #next = 0;
  /** Set while a batch is awaited, so that who asks meanwhile gets what comes after it. */
  #waiting: Promise<unknown> | undefined;

  constructor(private readonly batches: AsyncIterator<T[]>) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#waiting === undefined && this.#next < this.#batch.length)
      return Promise.resolve({ done: false, value: this.#batch[this.#next++] as T });
    const step = (this.#waiting ?? Promise.resolve()).then(() => this.#fetch());
    const done = () => {
      if (this.#waiting === waiting) this.#waiting = undefined;
    };
    const waiting: Promise<void> = step.then(done, done);
    this.#waiting = waiting;
    return step;
  }

  async return(): Promise<IteratorResult<T>> {
    this.#batch = [];
    await this.batches.return?.();
    return { done: true, value: undefined };
  }

  async #fetch(): Promise<IteratorResult<T>> {
    while (this.#next >= this.#batch.length) {
      const step = await this.batches.next();
      if (step.done) return { done: true, value: undefined };
      this.#batch = step.value;
      this.#next = 0;
    }
    return { done: false, value: this.#batch[this.#next++] as T };
  }
}
