/** Which keys of a bucket are meant. Globs are those of files, by the package picomatch, on which the one for files stands. */

export interface KeyPattern {
  /** What all wanted keys begin with: all that is listed. */
  prefix: string;
  isWanted(key: string): boolean;
  /** Whether it is one key. */
  isExact: boolean;
}

/** The first of these ends what is surely the same in all keys. */
const SPECIAL = /[*?[\]{}()!+@\\]/;

/**
 * - Nothing, or what ends with `/`: all keys that begin so.
 * - A glob: `*` stays within a segment, but for one at the very end, which stands for the rest of the key.
 * - Anything else: that very key.
 */
export async function keyPattern(pattern: string): Promise<KeyPattern> {
  const { default: picomatch } = await import("picomatch");
  const isGlob = picomatch.scan(pattern).isGlob;
  if (!isGlob && (pattern === "" || pattern.endsWith("/")))
    return { prefix: pattern, isExact: false, isWanted: (key) => key.startsWith(pattern) };
  if (!isGlob) return { prefix: pattern, isExact: true, isWanted: (key) => key === pattern };
  const prefix = pattern.slice(0, pattern.search(SPECIAL));
  if (pattern === `${prefix}*`) return { prefix, isExact: false, isWanted: (key) => key.startsWith(prefix) };
  const isWanted = picomatch(wholeGlob(pattern), { dot: true, nonegate: true });
  return { prefix, isExact: false, isWanted: (key) => isWanted(key) };
}

function wholeGlob(pattern: string): string {
  if (pattern.endsWith("/")) return `${pattern}**`;
  return /(^|[^*\\])\*$/.test(pattern) ? `${pattern}{,/**}` : pattern;
}
