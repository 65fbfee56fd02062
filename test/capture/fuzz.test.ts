/** A few hundred random programs; `npm run fuzz` runs as many as you like. NODEWREN_SEED picks others. */
import { expect, test } from "vitest";
import { explain, fuzz, summary, UNPROVED_AT_MOST } from "./fuzz/run.js";

const PROGRAMS = Number(process.env.NODEWREN_PROGRAMS ?? 200);
const seed = Number(process.env.NODEWREN_SEED ?? 20_261);
/** More than this, and the generator no longer tests what it should. */
const UNUSED_AT_MOST = 0.1;

test(`random programs give equal results when rebuilt (seed ${seed})`, { timeout: 240_000 }, async () => {
  const result = await fuzz({ programs: PROGRAMS, seed });
  console.log(summary(result));
  const [first] = result.failures;
  expect(first ? await explain(first) : "", `program ${first?.index} of seed ${seed}`).toBe("");
  expect(result.unproved / PROGRAMS).toBeLessThanOrEqual(UNPROVED_AT_MOST);
  expect((result.skipped + result.refused) / PROGRAMS).toBeLessThan(UNUSED_AT_MOST);
});
