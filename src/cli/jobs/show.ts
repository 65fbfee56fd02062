import type { Command } from "commander";
import { shardsOf } from "../../wire/job-record.js";
import { type CommonOptions, configOf, configuredCommand, withJobs } from "../shared.js";
import { bytesText, columns, json } from "../text.js";
import { findJobId, ID } from "./job-id.js";
import { shardsEnded, summaryOf } from "./list.js";
import { type CallCounts, countCalls, findJob, type ListedJob } from "./read-jobs.js";

export function showCommand(): Command {
  return configuredCommand("show", "Shows one job, and how its calls ended.")
    .argument("<id>", ID)
    .action(async (jobId: string, options: CommonOptions) => {
      const { job, counts } = await withJobs(configOf(options), async (store) => {
        const job = (await findJob(store, await findJobId(store, jobId))) as ListedJob;
        return { job, counts: await countCalls(store, job) };
      });
      console.log(options.json ? json({ ...summaryOf(job), ...counts }) : textOfJob(job, counts));
    });
}

function textOfJob(job: ListedJob, { ok, failed, unreadable, runMs }: CallCounts): string {
  const { record } = job;
  const rows = [["job", job.jobId]];
  if (record) {
    const open = record.calls - ok - failed;
    rows.push(["function", record.functionName || "(anonymous)"]);
    rows.push(["created", new Date(record.createdAt).toISOString()]);
    rows.push(["calls", `${record.calls}: ${ok} fulfilled, ${failed} rejected, ${open} open`]);
    rows.push(["shards", `${shardsOf(record).length}: ${shardsEnded(job.results)} ended`]);
    rows.push(["run time", `${(runMs / 1000).toFixed(3)} s, all calls together`]);
  }
  rows.push(["objects", `${job.objects}, ${bytesText(job.bytes)}`]);
  if (job.isCancelled) rows.push(["note", "cancelled"]);
  if (unreadable > 0) rows.push(["note", `${unreadable} results cannot be read`]);
  if (job.problem) rows.push(["note", job.problem]);
  return columns(rows);
}
