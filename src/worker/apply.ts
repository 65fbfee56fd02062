/** What a call's function is given, and what becomes of what it gives: as it is, folded, or as pairs that will be divided by key. */
import type { ClassRegistry } from "../codec/classes.js";
import { decode, encode } from "../codec/codec.js";
import { unpackClasses } from "../wire/classes.js";
import type { Fold, ShardRequest } from "../wire/messages.js";
import type { Context } from "./call-context.js";
import { foldParts, foldValues, type ReducedPairs } from "./fold.js";
import { type Partition, pairsOf } from "./pairs.js";
import { type CallInput, decodeInput, decodeList } from "./resolve-inputs.js";
import { helperOf, type PreparedJob } from "./setups.js";

/** One snapshot of a job's function, and how it is applied. */
export interface Applied {
  fn: (...args: unknown[]) => unknown;
  /** That of the snapshot. */
  classes: ClassRegistry;
  /** Of the library's own, which travel with no function. */
  ownClasses: ClassRegistry;
  request: Pick<ShardRequest, "fold" | "shuffle">;
  job: Pick<PreparedJob, "helpers">;
  /** Whether other calls run beside. */
  isBeside: boolean;
}

/** Settles as the user's functions do. */
export async function apply(applied: Applied, input: CallInput, context: Context): Promise<unknown> {
  const { fn, classes, request, job, isBeside } = applied;
  const { fold, shuffle } = request;
  if (fold && fold.of !== "collections") return foldList(applied, fold, decodeList(input, { classes }), context);
  const given = fold ? decodeList(input, { classes }) : [await fn(decodeInput(input, { classes }), context)];
  if (!shuffle) return [...given][0];
  const { partitionDigest, parts } = shuffle;
  const partition = partitionDigest && helperOf(job, partitionDigest).instantiate(isBeside).fn;
  return pairsOf(given, parts, context, partition as Partition | undefined);
}

async function foldList(applied: Applied, fold: Fold, list: Iterable<unknown>, context: Context): Promise<unknown> {
  if (fold.of === "values") return foldValues(applied.fn, list, context);
  const reduced = await foldParts(applied.fn, list, fold.initial, context);
  return fold.finishDigest === undefined ? reduced : finish(applied, fold.finishDigest, reduced, context);
}

async function finish(
  { classes, ownClasses, job, isBeside }: Applied,
  digest: string,
  { keys, values }: ReducedPairs,
  context: Context,
): Promise<unknown> {
  const { fn, classes: packed } = helperOf(job, digest).instantiate(isBeside);
  const entries = new Map(keys.map((key, at) => [key, values[at]]));
  if (packed.size === 0) return fn(entries, context);
  // It travelled by itself, and so has its own copy of each class.
  return fn(decode(encode(entries, { classes }), { classes: unpackClasses(packed, ownClasses) }), context);
}
