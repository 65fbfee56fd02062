/** `nodewren watch`: a page that follows a job, in a browser of this machine. */
import type { Command } from "commander";
import { StoreError } from "../../errors.js";
import { WatchedJob } from "../../host/watched-job.js";
import type { Store } from "../../stores/store.js";
import { pause } from "../../util/abort.js";
import { reportPage } from "../../view/report-page.js";
import { findJobId, ID } from "../jobs/job-id.js";
import { listJobs } from "../jobs/read-jobs.js";
import { type CommonOptions, configOf, configuredCommand, withJobs } from "../shared.js";
import { json } from "../text.js";
import { startPageServer } from "./page-server.js";

/** Time between two looks at the store, ms. */
const LOOK_MS = 1000;

export function watchCommand(): Command {
  return configuredCommand("watch", "Shows a job on a page of this machine that follows it. Ctrl-C ends that.")
    .argument("[id]", `${ID}; else the newest job`)
    .action((text: string | undefined, options: CommonOptions) =>
      withJobs(configOf(options), async (store) => {
        const jobId = text === undefined ? await newestJob(store) : await findJobId(store, text);
        await watch(store, jobId, options);
      }),
    );
}

async function newestJob(store: Store): Promise<string> {
  const newest = (await listJobs(store)).filter(({ record }) => record).at(-1);
  if (newest) return newest.jobId;
  throw new StoreError("The store holds no job yet. Start one, or say which store: --config, or NODEWREN_STORE.");
}

/** Until Ctrl-C. Rejects with `StoreError`. */
async function watch(store: Store, jobId: string, options: CommonOptions): Promise<void> {
  const ended = new AbortController();
  const job = await WatchedJob.open(store, jobId, ended.signal);
  await job.look();
  const server = await startPageServer({
    page: async () => reportPage(await job.data(0), !job.isOver),
    data: (from) => job.data(from),
  });
  process.once("SIGINT", () => ended.abort());
  process.once("SIGTERM", () => ended.abort());
  const { url } = server;
  console.log(options.json ? json({ jobId, url }) : `Job ${jobId} is shown at ${url} until Ctrl-C.`);
  try {
    await followUntil(ended.signal, job);
  } catch (error) {
    // What was under way at Ctrl-C ends so, too.
    if (!ended.signal.aborted) throw error;
  } finally {
    server.close();
  }
}

async function followUntil(signal: AbortSignal, job: WatchedJob): Promise<void> {
  while (!signal.aborted) {
    await pause(LOOK_MS, signal);
    await job.look(LOOK_MS);
  }
}
