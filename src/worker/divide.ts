/** Puts the pairs of a shard's calls together, reduced by key, and divides them into the parts that its result object has. */
import type { ClassRegistry } from "../codec/classes.js";
import { decode, encode } from "../codec/codec.js";
import { unpackClasses } from "../wire/classes.js";
import type { Shuffle } from "../wire/messages.js";
import { encodePart, type Part } from "../wire/parts.js";
import type { CallResult } from "../wire/result.js";
import { Context } from "./call-context.js";
import { CombinedPairs, type Reduce } from "./combined-pairs.js";
import type { Divide } from "./commit.js";
import type { Pairs } from "./pairs.js";
import { helperOf } from "./setups.js";
import type { ShardRun } from "./shard-run.js";
import { runUserCode } from "./user-code.js";

type DividedRun = Pick<ShardRun, "request" | "job" | "classes" | "context" | "runtime">;

/**
 * Makes the parts of consecutive calls. Where the function throws that reduces values with the same key, or gives what cannot travel,
 * these stay apart: the reducer meets the same, and tells it.
 */
export function dividing(run: DividedRun, { parts, combineDigest }: Shuffle): Divide {
  return async (calls, first) => {
    const { fn, classes: packed } = helperOf(run.job, combineDigest).instantiate();
    const classes = unpackClasses(packed, run.classes);
    try {
      return partsOf(await combine(run, fn as Reduce, calls, first, classes), parts, first, classes);
    } catch {
      return partsOf(apart(calls, classes), parts, first, classes);
    }
  };
}

async function combine(
  { request, context, runtime }: DividedRun,
  reduce: Reduce,
  calls: readonly CallResult[],
  first: number,
  classes: ClassRegistry,
): Promise<Pairs> {
  const all = new CombinedPairs(reduce);
  const parts: number[] = [];
  runtime.output.start();
  try {
    for (const [i, call] of calls.entries()) {
      if (!call.ok) continue;
      // A watchdog looks on as at a try at the call.
      runtime.onCallStart?.(first + i, request.timeoutMs, 0);
      const ofCall = new Context(first + i, call.attempts, context);
      await runUserCode(runtime, () => addAll(all, decodedPairs(call, classes), parts, ofCall));
    }
  } finally {
    runtime.onCallsEnd?.();
    runtime.output.finish();
  }
  return { keys: all.keys, values: all.values, parts: Uint32Array.from(parts) };
}

async function addAll(all: CombinedPairs, pairs: Pairs, parts: number[], context: Context): Promise<void> {
  for (let at = 0; at < pairs.keys.length; at++) {
    const adding = all.add(pairs.keys[at], pairs.values[at], context, () => parts.push(pairs.parts[at] as number));
    if (adding) await adding;
  }
}

/** As they came. */
function apart(calls: readonly CallResult[], classes: ClassRegistry): Pairs {
  const all = calls.filter(({ ok }) => ok).map((call) => decodedPairs(call, classes));
  return {
    keys: all.flatMap(({ keys }) => keys),
    values: all.flatMap(({ values }) => values),
    parts: Uint32Array.from(all.flatMap(({ parts }) => [...parts])),
  };
}

function decodedPairs({ bytes }: CallResult, classes: ClassRegistry): Pairs {
  return decode(bytes, { classes }) as Pairs;
}

function partsOf({ keys, values, parts }: Pairs, count: number, first: number, classes: ClassRegistry): Uint8Array[] {
  const members: number[][] = Array.from({ length: count }, () => []);
  for (let at = 0; at < parts.length; at++) members[parts[at] as number]?.push(at);
  return members.map((places) => {
    if (places.length === 0) return new Uint8Array(0);
    const part: Part = {
      keys: places.map((at) => keys[at]),
      values: places.map((at) => values[at]),
      first,
      places: Uint32Array.from(places),
    };
    return encodePart(encode(part, { root: "result", classes }));
  });
}
