import type { Latencies, Ramp } from "./simulated-lambda.js";

/** Shortest time in which the ramp lets that many shards be run, each in the mean time, ms: whoever is warm takes the next at once. */
export function idealMs(shards: number, ramp: Ramp, { coldMs, runMs }: Latencies): number {
  const cold = mean(coldMs);
  const run = mean(runMs);
  const ends: number[] = [];
  let end = 0;
  for (let started = 0, fresh = 0, next = 0; started < shards; started++) {
    const freshAt = fresh < ramp.workers ? 0 : ((fresh - ramp.workers + 1) * ramp.windowMs) / ramp.workers;
    const warmAt = ends[next] ?? Infinity;
    const isFresh = fresh < ramp.most && freshAt <= warmAt;
    if (isFresh) fresh++;
    else next++;
    const endsAt = isFresh ? freshAt + cold + run : warmAt + run;
    // Ends stay in order but for the time of a start.
    ends.push(endsAt);
    end = Math.max(end, endsAt);
  }
  return end;
}

const mean = ([least, most]: [number, number]) => (least + most) / 2;
