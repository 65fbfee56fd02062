/** What somebody may have meant who wrote a name that does not exist. */
import { closestMatch } from "leven";

/** Letters by which a misspelled name may differ: `timeout` is `timeoutMs`, and `retry` is `retries`. */
const MOST_LETTERS = 3;

/** A question that ends in a space, to stand before a list of the names; empty when none of `known` is like `name`. */
export function didYouMean(name: string, known: readonly string[]): string {
  // Of a short name half may differ at most, as otherwise it would be like any other.
  const maxDistance = Math.min(MOST_LETTERS, Math.ceil(name.length / 2));
  const meant = known.find((one) => one.endsWith(`.${name}`)) ?? closestMatch(name, known, { maxDistance });
  return meant === undefined ? "" : `Did you mean ${meant}? `;
}
