/** Where everything lies in the store. */

/** Digits of a shard's number in its name, so that names sort as their numbers do; more than any job has shards. */
const SHARD_DIGITS = 7;

export function functionKey(prefix: string, digest: string): string {
  return `${prefix}functions/${digest}`;
}

export function broadcastKey(prefix: string, digest: string): string {
  return `${prefix}broadcasts/${digest}`;
}

export function jobKey(prefix: string, jobId: string): string {
  return `${prefix}jobs/${jobId}/job.json`;
}

export function inputsKey(prefix: string, jobId: string): string {
  return `${prefix}jobs/${jobId}/inputs`;
}

export function cancelledKey(prefix: string, jobId: string): string {
  return `${prefix}jobs/${jobId}/cancelled`;
}

export function resultsPrefix(prefix: string, jobId: string): string {
  return `${prefix}jobs/${jobId}/results/`;
}

export function resultKey(prefix: string, jobId: string, shardName: string): string {
  return resultsPrefix(prefix, jobId) + shardName;
}

export function shardName(number: number): string {
  return String(number).padStart(SHARD_DIGITS, "0");
}

/** Name of a piece of a shard that was split, by its calls; it sorts after the shard and before the next one. */
export function pieceName(shard: string, first: number, count: number): string {
  const whole = shard.split(".", 1)[0];
  return `${whole}.${first}-${count}`;
}
