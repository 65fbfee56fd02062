/** Asks the server of a page that follows a running job for what is new. */
import type { ReportData, Timings } from "../src/view/report-data.js";

/** Between two questions, ms; longer where the page takes long to draw what came. */
const PAUSE_MS = 1000;
const PAUSE_PER_WORK = 5;

export interface Follower {
  update(data: ReportData): void;
  /** The server does not answer any more. */
  lost(): void;
}

/** Until the job has ended. */
export async function followJob(first: ReportData, { update, lost }: Follower): Promise<void> {
  let data = first;
  let tookMs = 0;
  while (!data.isOver) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(PAUSE_MS, tookMs * PAUSE_PER_WORK)));
    const next = await newsOf(data);
    if (!next) return lost();
    const from = performance.now();
    data = next;
    update(data);
    tookMs = performance.now() - from;
  }
}

/** Undefined where there is no answer. */
async function newsOf(data: ReportData): Promise<ReportData | undefined> {
  try {
    const answer = await fetch(`data?from=${data.shards.name.length}`);
    if (!answer.ok) return undefined;
    const news = (await answer.json()) as ReportData;
    return { ...news, ...together(data, news) };
  } catch {
    return undefined;
  }
}

/** The news have the shards that came since; their places and workers count from 0. */
export function together(old: Timings, news: Timings): Timings {
  const workers = [...old.workers];
  const numbers = news.workers.map((name) => {
    const known = workers.indexOf(name);
    return known >= 0 ? known : workers.push(name) - 1;
  });
  const calls = old.calls.run.length;
  const shards = joined(old.shards, {
    ...news.shards,
    worker: news.shards.worker.map((worker) => numbers[worker] as number),
  });
  return {
    workers,
    shards,
    calls: joined(old.calls, {
      ...news.calls,
      failed: news.calls.failed.map((place) => place + calls),
      tries: news.calls.tries.map((number, i) => (i % 2 === 0 ? number + calls : number)),
    }),
  };
}

/** Column by column. */
function joined<T extends object>(old: T, news: T): T {
  const columns = Object.keys(old) as (keyof T)[];
  const both = columns.map((name) => [name, [...(old[name] as unknown[]), ...(news[name] as unknown[])]]);
  return Object.fromEntries(both) as T;
}
