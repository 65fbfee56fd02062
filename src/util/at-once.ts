/** Does something with each item, with a few at once. */

/** In the order of the items. Rejects as soon as one of them does; the others that have begun go on. */
export async function mapAtOnce<T, R>(
  items: readonly T[],
  atOnce: number,
  body: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const queue = items.entries();
  const lane = async () => {
    for (const [index, item] of queue) results[index] = await body(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  return results;
}
