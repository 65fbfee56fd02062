import { mutatedJson } from "./mutate.js";
import type { Random } from "./random.js";

export interface Target {
  name: string;
  /** A changed object, and what the decoder makes of it. */
  run(random: Random): void;
  /** Kinds of errors that it may throw. */
  throws: readonly (new (
    ...args: never[]
  ) => Error)[];
}

/** The text of data that JSON holds, changed. */
export const changedJson = (value: object, random: Random) =>
  JSON.stringify(mutatedJson(JSON.parse(JSON.stringify(value)), random));
