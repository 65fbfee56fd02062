import type { Command } from "commander";
import { Executor } from "../../executor.js";
import { markCancelled } from "../../host/cancellation.js";
import type { Job } from "../../job/job.js";
import { type CommonOptions, configOf, configuredCommand, withJobs } from "../shared.js";
import { json } from "../text.js";
import { findJobId, ID } from "./job-id.js";

export function cancelCommand(): Command {
  return configuredCommand("cancel", "Cancels a job: whoever drives it ends it within seconds.")
    .argument("<id>", ID)
    .action(async (text: string, options: CommonOptions) => {
      const jobId = await withJobs(configOf(options), async (store) => {
        const found = await findJobId(store, text);
        await markCancelled({ jobId: found, store }, "`nodewren jobs cancel` was called");
        return found;
      });
      console.log(options.json ? json({ jobId, isCancelled: true }) : `Job ${jobId} is marked as cancelled.`);
    });
}

export function resumeCommand(): Command {
  return configuredCommand("resume", "Runs the calls of a job that have no result yet, on the configured backend.")
    .argument("<id>", ID)
    .action(async (text: string, options: CommonOptions) => {
      const jobId = await withJobs(configOf(options), (store) => findJobId(store, text));
      // Where executors look for it.
      if (options.config) process.env.NODEWREN_CONFIG = options.config;
      await using executor = new Executor({ progress: !options.json });
      const job = executor.attach(jobId, { resume: true });
      await job.settled();
      printEnd(job, options);
    });
}

/** A job of which calls failed is one that failed. */
function printEnd({ id, progress: { total, failed } }: Job<unknown>, options: CommonOptions): void {
  const ok = total - failed;
  console.log(
    options.json ? json({ jobId: id, calls: total, ok, failed }) : `Job ${id}: ${ok} fulfilled, ${failed} rejected.`,
  );
  if (failed > 0) process.exitCode = 1;
}
