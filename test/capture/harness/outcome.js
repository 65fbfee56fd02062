/** What a call came to, as text: its value or what it threw. */
import { describe } from "./describe.js";

/** A case that takes longer hangs. */
const LIMIT_MS = 5_000;

/** `calls` calls, one after the other, so that what one leaves behind shows in the next. */
export async function outcomeOf(fn, { thisArg, args, calls = 1 }) {
  const outcomes = [];
  for (let i = 0; i < calls; i++) outcomes.push(await outcomeOfCall(fn, thisArg, structuredClone(args)));
  return outcomes.join("\n\n");
}

async function outcomeOfCall(fn, thisArg, args) {
  try {
    return `returned ${describe(await withLimit(Reflect.apply(fn, thisArg, args)))}`;
  } catch (thrown) {
    return `threw ${describe(thrown)}`;
  }
}

async function withLimit(result) {
  let timer;
  const limit = new Promise((_, fail) => {
    timer = setTimeout(fail, LIMIT_MS, new Error(`no answer in ${LIMIT_MS} ms`));
  });
  try {
    return await Promise.race([result, limit]);
  } finally {
    clearTimeout(timer);
  }
}
