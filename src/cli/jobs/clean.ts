import type { Command } from "commander";
import { removeObjects } from "../../deploy/objects.js";
import type { Store } from "../../stores/store.js";
import { UPLOADS_PREFIX } from "../../wire/keys.js";
import { confirm } from "../ask.js";
import { type CommonOptions, configOf, configuredCommand, withJobs } from "../shared.js";
import { bytesText, json } from "../text.js";
import { ageOf } from "../usage.js";
import { listJobs } from "./read-jobs.js";

interface CleanOptions extends CommonOptions {
  olderThan: string;
  uploads: boolean;
  yes: boolean;
}

/**
 * Removes jobs, and nothing that jobs share: a script that runs meanwhile may count on the functions, broadcasts and
 * packages that it has stored. Uploaded files, which may be large, go where that is asked for.
 */
export function cleanCommand(): Command {
  return configuredCommand("clean", "Removes jobs. Functions, broadcasts and packages stay: other jobs may share them.")
    .option("--older-than <age>", "such as 7d, 12h, 30m, 0s", "7d")
    .option(
      "--uploads",
      "also all files that executor.upload() has stored, which scripts and jobs may still read",
      false,
    )
    .option("--yes", "do not ask", false)
    .action((options: CleanOptions) => {
      const ageMs = ageOf(options.olderThan);
      return withJobs(configOf(options), (store) => clean(store, ageMs, options));
    });
}

async function clean(store: Store, ageMs: number, options: CleanOptions): Promise<void> {
  const ids = await oldJobs(store, ageMs);
  const uploads = options.uploads ? ", and all files of executor.upload()" : "";
  const question = `This removes ${jobsText(ids.length)} older than ${options.olderThan}, with their results${uploads}.`;
  if ((ids.length > 0 || options.uploads) && !(await confirm(question, options.yes))) {
    console.error("Nothing was removed.");
    process.exitCode = 1;
    return;
  }
  const removed = await removeObjects(store, [
    ...ids.map((id) => `jobs/${id}/`),
    ...(options.uploads ? [UPLOADS_PREFIX] : []),
  ]);
  if (options.json) console.log(json({ jobs: ids, ...removed }));
  else
    console.log(`Removed ${jobsText(ids.length)}${uploads}: ${removed.objects} objects, ${bytesText(removed.bytes)}.`);
}

function jobsText(count: number): string {
  return count === 1 ? "1 job" : `${count} jobs`;
}

/** Jobs without a legible record have no known age: they go when all go. */
async function oldJobs(store: Store, ageMs: number): Promise<string[]> {
  const limit = Date.now() - ageMs;
  const jobs = await listJobs(store);
  return jobs.filter(({ record }) => (record ? record.createdAt <= limit : ageMs === 0)).map(({ jobId }) => jobId);
}
