/** What a call came to, as text: its value or what it threw. */
import { describe } from "./describe.js";

/** A case that takes longer hangs. */
const LIMIT_MS = 5_000;
const HANGS = "gave no answer";

/** `calls` calls, one after the other, so that what one leaves behind shows in the next; none after one that hangs. */
export async function outcomeOf(fn, { thisArg, args, calls = 1, limitMs = LIMIT_MS }) {
  const outcomes = [];
  while (outcomes.length < calls && !outcomes.includes(HANGS)) {
    outcomes.push(await outcomeOfCall(fn, thisArg, structuredClone(args), limitMs));
  }
  return outcomes.join("\n\n");
}

async function outcomeOfCall(fn, thisArg, args, limitMs) {
  try {
    const value = await withLimit(Reflect.apply(fn, thisArg, args), limitMs);
    return value === HANGS ? HANGS : `returned ${describe(value)}`;
  } catch (thrown) {
    return `threw ${describe(thrown)}`;
  }
}

async function withLimit(result, limitMs) {
  let timer;
  const limit = new Promise((done) => {
    timer = setTimeout(done, limitMs, HANGS);
  });
  try {
    return await Promise.race([result, limit]);
  } finally {
    clearTimeout(timer);
  }
}
