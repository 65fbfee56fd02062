/** Where everything lies in the store. */

/** Digits of a shard's number in its name, so that names sort as their numbers do; more than any job has shards. */
const SHARD_DIGITS = 7;

/** Before the attempt's id in the name of a note: the byte 0x21, below that of the `.` in the names of pieces. */
const NOTE_MARK = "!";

export function functionKey(digest: string): string {
  return `functions/${digest}`;
}

export function broadcastKey(digest: string): string {
  return `broadcasts/${digest}`;
}

export function packagesKey(digest: string): string {
  return `packages/${digest}`;
}

/** Where files lie that were put into the store. */
export const UPLOADS_PREFIX = "uploads/";

/** A block of such a file. */
export function uploadKey(digest: string): string {
  return UPLOADS_PREFIX + digest;
}

export function jobKey(jobId: string): string {
  return `jobs/${jobId}/job.json`;
}

/** @param segment its number; that of an array is 0, and has no number in its key */
export function inputsKey(jobId: string, segment = 0): string {
  return segment === 0 ? `jobs/${jobId}/inputs` : `jobs/${jobId}/inputs.${shardName(segment)}`;
}

/** Where the segments of a stream lie, each once its inputs are stored. */
export function segmentsPrefix(jobId: string): string {
  return `jobs/${jobId}/segments/`;
}

export function segmentKey(jobId: string, segment: number): string {
  return segmentsPrefix(jobId) + shardName(segment);
}

/** How a stream of inputs came to its end. */
export function streamEndKey(jobId: string): string {
  return `jobs/${jobId}/end`;
}

/** Changes as long as a host drives the job. */
export function driverKey(jobId: string): string {
  return `jobs/${jobId}/driver`;
}

export function cancelledKey(jobId: string): string {
  return `jobs/${jobId}/cancelled`;
}

export function resultsPrefix(jobId: string): string {
  return `jobs/${jobId}/results/`;
}

export function resultKey(jobId: string, shardName: string): string {
  return resultsPrefix(jobId) + shardName;
}

/**
 * A note of an attempt that came to no result. It lies among the results, so that one list shows both; it sorts after
 * its shard and before the shard's pieces.
 */
export function noteKey(jobId: string, shardName: string, attemptId: string): string {
  return `${resultKey(jobId, shardName)}${NOTE_MARK}${attemptId}`;
}

/** Grows as long as the attempt goes on; it lies beside the attempt's note. */
export function beatKey(jobId: string, shardName: string, attemptId: string): string {
  return `${noteKey(jobId, shardName, attemptId)}${NOTE_MARK}`;
}

/** What the name of a note or of beats says, which is its key without `resultsPrefix`; undefined for that of a result. */
export function readNoteName(name: string): { shard: string; attemptId: string; isBeat: boolean } | undefined {
  const [shard, attemptId, rest] = name.split(NOTE_MARK) as [string, string?, string?];
  return attemptId === undefined ? undefined : { shard, attemptId, isBeat: rest !== undefined };
}

/**
 * A key that comes before those of the shard and of all later ones, and after those of all earlier ones; undefined for
 * the first shard. Shards are named by ASCII only, so that "~" (0x7e) comes after whatever follows a shard's number.
 */
export function beforeShardKey(jobId: string, shard: string): string | undefined {
  const number = Number.parseInt(shard, 10);
  return number > 0 ? `${resultKey(jobId, shardName(number - 1))}~` : undefined;
}

export function shardName(number: number): string {
  return String(number).padStart(SHARD_DIGITS, "0");
}

/** Name of a piece of a shard that was split, by its calls; it sorts after the shard and before the next one. */
export function pieceName(shard: string, first: number, count: number): string {
  const whole = shard.split(".", 1)[0];
  return `${whole}.${first}-${count}`;
}
