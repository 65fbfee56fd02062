/** What `npm test` leaves to `npm run test:long`, so that it takes minutes: tests and files with the tag `long`, and shares of others. */

/** What `npm test` gives Vitest. */
const WITHOUT_LONG = "--tags-filter=!long";

/** Whether tests that are long are left out; in a test's process as in Vitest's own. */
export const isShort = process.argv.includes(WITHOUT_LONG) || process.env["SHORT_TESTS"] === "1";

/** For the processes of tests. */
export const LENGTH_ENV = isShort ? { SHORT_TESTS: "1" } : {};

/** The tags that tests may have. */
export const TAGS = [{ name: "long", description: "left to npm run test:long" }];

/** A file whose first comment has the tag: all its tests have it, and it is not even loaded. */
export const isTaggedLong = (text: string) => text.includes("@module-tag long");

/** All cases, or as many of them as `npm test` runs: the first ones. */
export const shareOf = <Case>(cases: readonly Case[], most: number): readonly Case[] =>
  isShort ? cases.slice(0, most) : cases;
