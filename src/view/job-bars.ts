/** Shows how far jobs are, where somebody looks. */
import type { BarState } from "./bar-line.js";

/** A job that is shown: says how far it is now. */
export type Shown = () => BarState;

export interface JobBars {
  /** Shows it until `end()`. */
  add(shown: Shown): void;
  /** At once: what is shown of it, as it is now, stays where it is. */
  end(shown: Shown): void;
}
