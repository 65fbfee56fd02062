/** What another job needs of this one whose results are its inputs. */
import type { CallOutcomes } from "./outcomes.js";

export interface JobSource {
  readonly jobId: string;
  /** The same text for the same store. */
  readonly storeName: string;
  readonly outcomes: CallOutcomes<unknown>;
  /** The shard whose result object has that of a call which has settled; undefined when none does. */
  placeOf(index: number): { name: string; first: number; count: number } | undefined;
  /**
   * The result objects of the calls that have settled, in the order of these, where they hold pairs divided by key: each with the bytes at
   * which its parts begin, and last where they end.
   */
  dividedPlaces(): { name: string; parts: Float64Array }[];
  /** Keeps the job's result objects until what is returned is called; undefined when they are gone, as those of a temporary store may be. */
  retain(): (() => void) | undefined;
}
