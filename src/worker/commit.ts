/** Stores what a shard came to. Whoever creates its result object first has won. */
import { encode } from "../codec/codec.js";
import { CodecError, StoreError } from "../errors.js";
import type { Store } from "../stores/store.js";
import type { Failure } from "../wire/failure.js";
import { inputBytes } from "../wire/inputs.js";
import { pieceName, resultKey } from "../wire/keys.js";
import { type Answer, MAX_ANSWER_BYTES, MAX_UNSTORED_BYTES, type Shard, type ShardRequest } from "../wire/messages.js";
import { decodeResult } from "../wire/read-result.js";
import { type CallResult, encodeResult, type Piece, type ShardResult } from "../wire/result.js";
import type { PartWriter } from "./delivery/store-part.js";
import type { Ran } from "./shard-run.js";

/** Largest result objects, bytes. */
export interface SizeLimits {
  /** Of a shard with several calls: what is larger is stored in pieces, so that a host can read a few at once and hold little. */
  shard: number;
  /** Of one call's value: a file system or a store's client may not read more than 2 GiB at once. */
  call: number;
}

const MIB = 2 ** 20;

const LIMITS: SizeLimits = { shard: 16 * MIB, call: 2048 * MIB - MIB };

/** Of the shard's calls, or of some of them: then the others are pieces that are left to run. */
export type PartialResult = Omit<ShardResult, keyof Ran> & Ran;

/**
 * Makes parts by key of what consecutive calls gave.
 *
 * @param first index in the job of the first of them
 */
export type Divide = (calls: readonly CallResult[], first: number) => Promise<Uint8Array[]>;

export interface CommitOptions {
  limits?: SizeLimits;
  /** Writes the calls' values to a place of the user's; undefined: they are part of the result objects. */
  parts?: PartWriter | undefined;
  /** Set where parts by key are stored instead of the calls' values. */
  divide?: Divide | undefined;
}

/**
 * @param inputs the shard's encoded inputs, for the places of its pieces
 * @param divide makes parts of what consecutive calls gave, which are stored instead
 */
export async function commit(
  request: ShardRequest,
  store: Store,
  { begun = new Map(), ...result }: PartialResult,
  inputs: Iterable<Uint8Array>,
  { limits = LIMITS, parts, divide }: CommitOptions = {},
): Promise<Answer> {
  const calls = Array.from({ length: request.shard.count }, (_, i) => fitting(result.calls[i], limits));
  // Of parts nobody reads more at once than he needs.
  const runs = runsOf(calls, begun, divide ? { ...limits, shard: Infinity } : limits);
  const [first] = runs;
  // Without calls, there is nothing to cut.
  if (!first || (runs.length === 1 && first.isDone)) {
    const whole = { ...result, calls: done(calls) };
    return create(request, store, whole, { parts, divide });
  }
  const started = performance.now();
  const pieces = piecesOf(request, runs, begun, inputs);
  // What they took together is said once.
  const { requests, invocation, ...rest } = result;
  let taken: Pick<PartialResult, "requests" | "invocation"> = {
    ...(requests && { requests }),
    ...(invocation && { invocation }),
  };
  for (const [i, piece] of pieces.entries())
    if (runs[i]?.isDone) {
      await createPiece(request, store, { ...rest, calls, ...taken }, piece, { parts, divide });
      // The others took their write only.
      taken = { requests: { reads: 0, writes: 1, lists: 0 } };
    }
  const answer = await create(request, store, { ...rest, output: {}, count: 0, calls: [], split: pieces });
  return { ...answer, writeMs: performance.now() - started };
}

function done(calls: readonly (CallResult | undefined)[]): CallResult[] {
  return calls.filter((call) => call !== undefined);
}

function fitting(call: CallResult | undefined, limits: SizeLimits): CallResult | undefined {
  return call && call.bytes.byteLength > limits.call ? tooLarge(call, limits) : call;
}

function tooLarge(call: CallResult, limits: SizeLimits): CallResult {
  const message = `Its result takes ${call.bytes.byteLength} bytes, and the result of a call may take ${limits.call}. Put it into context.store under a key of your own, or into a file, and return where it is; or give each call less to do.`;
  const failure: Failure = { kind: "unencodable", path: "result", message };
  return { ...call, ok: false, bytes: encode(failure) };
}

/** Consecutive calls that become one piece: their results fit into one object, or they are left to run together. */
interface Run {
  count: number;
  isDone: boolean;
  /** Of what is done. */
  bytes: number;
  /** Whether it is one call that had begun. */
  isAlone: boolean;
}

function runsOf(
  calls: readonly (CallResult | undefined)[],
  begun: ReadonlyMap<number, number>,
  limits: SizeLimits,
): Run[] {
  const runs: Run[] = [];
  for (const [position, call] of calls.entries()) {
    const bytes = call?.bytes.byteLength ?? 0;
    const isDone = call !== undefined;
    const isAlone = begun.has(position);
    const last = runs.at(-1);
    if (last && last.isDone === isDone && !last.isAlone && !isAlone && last.bytes + bytes <= limits.shard) {
      last.count++;
      last.bytes += bytes;
    } else runs.push({ count: 1, isDone, bytes, isAlone });
  }
  return runs;
}

function piecesOf(
  { shard: { name, first, byteStart }, attempt }: ShardRequest,
  runs: readonly Run[],
  begun: ReadonlyMap<number, number>,
  inputs: Iterable<Uint8Array>,
): Piece[] {
  const lengths = Array.from(inputs, inputBytes);
  const pieces: Piece[] = [];
  for (const { count } of runs) {
    const before = pieces.at(-1) ?? { first, count: 0, byteEnd: byteStart };
    const start = before.first + before.count;
    const bytes = lengths.slice(start - first, start - first + count).reduce((sum, length) => sum + length, 0);
    pieces.push({
      name: pieceName(name, start, count),
      first: start,
      count,
      byteStart: before.byteEnd,
      byteEnd: before.byteEnd + bytes,
      // The others have their results, or have not begun yet.
      attempt: begun.get(start - first) ?? attempt,
    });
  }
  return pieces;
}

/** A piece that cannot be stored must not take the others with it. */
async function createPiece(
  request: ShardRequest,
  store: Store,
  whole: PartialResult,
  piece: Shard,
  options: CommitOptions,
): Promise<void> {
  const start = piece.first - request.shard.first;
  const calls = done(whole.calls.slice(start, start + piece.count));
  const output: ShardResult["output"] = {};
  for (let i = 0; i < piece.count; i++) {
    const written = whole.output[start + i];
    if (written) output[i] = written;
  }
  const result = { ...whole, shard: piece.name, count: piece.count, calls, output };
  try {
    const stored = (await options.parts?.write(result, piece.first)) ?? result;
    await store.putIfAbsent(resultKey(request.jobId, piece.name), await encoded(stored, piece.first, options));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const bytes = encode({ kind: "store", message: error.message } satisfies Failure);
    const failed = { ...result, calls: calls.map((call) => ({ ...call, ok: false, bytes })) };
    await store.putIfAbsent(resultKey(request.jobId, piece.name), encodeResult(failed));
  }
}

async function encoded(result: ShardResult, first: number, { divide }: CommitOptions): Promise<Uint8Array[]> {
  if (!divide) return encodeResult(result);
  try {
    return encodeResult(result, await divide(result.calls, first));
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const message = `The pairs of its shard cannot be stored: ${error.message} Give each shard less to do, such as callsPerShard: 1, or have more reducers.`;
    const bytes = encode({ kind: "unencodable", path: "result", message } satisfies Failure);
    return encodeResult({
      ...result,
      calls: result.calls.map((call) => (call.ok ? { ...call, ok: false, bytes } : call)),
    });
  }
}

/**
 * An object that is there already may still be this attempt's own: a store's client writes again when an answer is lost.
 * So "already there" means read, compare, and only then lost.
 */
async function create(
  request: ShardRequest,
  store: Store,
  result: ShardResult,
  options: CommitOptions = {},
): Promise<Answer> {
  const key = resultKey(request.jobId, request.shard.name);
  const delivered = (await options.parts?.write(result, request.shard.first)) ?? result;
  const pieces = await encoded(delivered, request.shard.first, options);
  if (needsNoStore(request, delivered, pieces)) {
    const { attemptId } = request;
    return { attemptId, result: Buffer.concat(pieces), isUnstored: true, writeMs: 0 };
  }
  const started = performance.now();
  const created = await store.putIfAbsent(key, pieces);
  const writeMs = performance.now() - started;
  const won = created || (await isOwn(store, key, request.attemptId));
  if (won === false) await options.parts?.withdraw(delivered);
  const shown = request.answersHead ? pieces.slice(0, 1) : pieces;
  const bytes = bytesOf(shown);
  const rides = won && bytes <= MAX_ANSWER_BYTES;
  return { attemptId: request.attemptId, result: rides ? Buffer.concat(shown, bytes) : undefined, writeMs };
}

/** Pieces that have results of their own were stored, and so is what tells of them. */
function needsNoStore(
  { answerSuffices }: ShardRequest,
  { split }: ShardResult,
  pieces: readonly Uint8Array[],
): boolean {
  return answerSuffices === true && !split && bytesOf(pieces) <= MAX_UNSTORED_BYTES;
}

function bytesOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
}

/** Undefined for one that cannot be read, which is for the host to judge. */
async function isOwn(store: Store, key: string, attemptId: string): Promise<boolean | undefined> {
  try {
    const stored = await store.get(key);
    return stored && decodeResult(stored, key).attemptId === attemptId;
  } catch {
    return undefined;
  }
}
