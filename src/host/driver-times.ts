import { SECOND_MS } from "../util/time.js";

/** How a driver shows that it lives, and when its followers give it up. Hosts of one job go by the same. */
export interface DriverTimes {
  /** Time between two signs, and between a follower's looks for them, ms. */
  signMs: number;
  /** Time without a new sign after which a driver counts as gone, ms. */
  goneMs: number;
}

/** Most jobs are over before the first sign, and so cost no request for it. */
const SIGN_MS = 10 * SECOND_MS;

/** Six signs that are missing: a driver may be slow, or its store. */
export const DRIVER_TIMES: DriverTimes = { signMs: SIGN_MS, goneMs: 6 * SIGN_MS };
