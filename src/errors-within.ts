/** An error, the causes behind it, and the members of an AggregateError, each once. */
export function errorsWithin(value: unknown): Set<Error> {
  const found = new Set<Error>();
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    try {
      if (!(next instanceof Error) || found.has(next)) continue;
      found.add(next);
      const { errors } = next as AggregateError;
      pending.push(next.cause, ...(Array.isArray(errors) ? errors : []));
    } catch {
      // Accessors and proxies that throw have nothing to tell.
    }
  }
  return found;
}
