/** What jobs may take that the calls of a shard start, as a host tells workers that it does not start itself. */
import { hasFields, isCount } from "./checks.js";

export interface Inside {
  /** As in `CallPlace`. */
  depth: number;
  /** Workers that jobs may have which a call starts. */
  workers: number;
}

export const isInside = hasFields({ depth: isCount, workers: isCount });
