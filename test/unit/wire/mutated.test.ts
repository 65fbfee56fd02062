/** Some changed objects; `npm run fuzz:decoders` runs two million. NODEWREN_SEED picks others. */
import { expect, it } from "vitest";
import { decodeMutated } from "../../mutated/run.js";

const OBJECTS = 14_000;
const seed = Number(process.env.NODEWREN_SEED ?? 20_261);

it(`what somebody else wrote is a value, or a clear error of its kind (seed ${seed})`, () => {
  const { taken, findings } = decodeMutated({ objects: OBJECTS, seed });
  expect(findings).toEqual([]);
  // Objects that are all refused at their first byte would test nothing.
  expect(taken).toBeGreaterThan(OBJECTS / 10);
});
