/** Runs `fn` on several values at once, and gives what comes of them in the order of the values. */
export async function* inOrder<T, R>(
  values: AsyncIterable<T>,
  atOnce: number,
  fn: (value: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  for await (const value of values) {
    const promise = fn(value);
    // It is awaited in its turn, which may come later than its failure, or never.
    promise.catch(() => {});
    underWay.push(promise);
    if (underWay.length >= atOnce) yield await (underWay.shift() as Promise<R>);
  }
  for (const promise of underWay) yield await promise;
}
