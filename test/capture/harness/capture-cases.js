/** Host side of a run: captures each case, then calls the original for the expected outcome. */
import { describe } from "./describe.js";
import { outcomeOf } from "./outcome.js";
import { tellCase } from "./tell-case.js";

/** A minifier changes names, so neither the names that a refusal gives nor those in results can be foretold. */
const RENAMED = Boolean(process.env.HOST_RENAMES);

/** Of how many cases one is run, and which: "3 1" for the second of every three. */
const [every, first] = (process.env.MATRIX_SHARE ?? "1 0").split(" ").map(Number);

export async function captureCases(cases, capture) {
  const records = [];
  for (const [index, one] of cases.entries()) {
    const isRun = index % every === first;
    records.push(
      isRun ? await captureCase(one, capture) : { id: one.id, group: one.group, ideal: one.ideal, left: true },
    );
  }
  return records;
}

async function captureCase(
  { id, group, ideal, make, args = [], thisArg, calls, limitMs, instances, name, ...rest },
  capture,
) {
  tellCase(id);
  const record = { id, group, ideal, name: RENAMED ? undefined : name };
  const call = { args: structuredClone(args), thisArg, calls, limitMs, instances };
  let fn;
  try {
    fn = await make();
  } catch (error) {
    return { ...record, unusable: `make() threw ${error?.stack}` };
  }
  const attempt = tryCapture(fn, capture);
  if (attempt.refusal && ideal === "error") return { ...record, ...attempt };
  const expected = await outcomeOf(fn, call);
  const wanted = "want" in rest && !RENAMED ? `returned ${describe(rest.want)}` : expected;
  const unusable =
    wanted === expected || ideal === "error" ? undefined : `wanted ${wanted}\nbut the original ${expected}`;
  return { ...record, call, ...attempt, expected: wanted, unusable };
}

/** What a capture that needs a place to hand values over could leave behind. */
const traces = () => [globalThis, process].map((place) => Object.getOwnPropertyNames(place).join()).join("\n");

function tryCapture(fn, capture) {
  const started = performance.now();
  const before = traces();
  try {
    const { bytes } = capture(fn);
    if (traces() !== before) throw new Error("capture() left something behind on globalThis or process");
    return { bytes, ms: performance.now() - started };
  } catch (error) {
    const { name, code, path, reason, hint, message, stack } = error;
    return { refusal: { name, code, path, reason, hint, message, stack } };
  }
}
