/** Which keys are nodewren's own: what removes a store's contents leaves everything else in it alone. */

/** Beginnings of all own keys. */
export const OWN_PREFIXES = ["broadcasts/", "cache/", "functions/", "jobs/", "packages/", "uploads/"] as const;

const OWN_KEY =
  /^(?:(?:broadcasts|functions|packages|uploads)\/[0-9a-f]{64}|cache\/[0-9a-f]{64}\/[0-9a-f-]+|jobs\/[0-9a-f-]{36}\/.+)$/;

export function isJobId(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f-]{36}$/.test(value);
}

/** @param key as the store gives it, without a prefix of the store's own */
export function isOwnKey(key: string): boolean {
  return OWN_KEY.test(key);
}

/** The job's id in a key of its own; undefined for any other key. */
export function jobIdOf(key: string): string | undefined {
  return /^jobs\/([0-9a-f-]{36})\//.exec(key)?.[1];
}
