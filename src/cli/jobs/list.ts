import type { Command } from "commander";
import { shardsOf } from "../../wire/job-record.js";
import { type CommonOptions, configOf, configuredCommand, withJobs } from "../shared.js";
import { ageText, bytesText, columns, json } from "../text.js";
import { type ListedJob, listJobs } from "./read-jobs.js";

export function listCommand(): Command {
  return configuredCommand("list", "Lists jobs, the newest last.").action(async (options: CommonOptions) => {
    const jobs = await withJobs(configOf(options), listJobs);
    if (options.json) console.log(json(jobs.map(summaryOf)));
    else console.log(jobs.length === 0 ? "No jobs." : columns([HEADINGS, ...jobs.map(rowOf)]));
  });
}

const HEADINGS = ["JOB", "FUNCTION", "AGE", "CALLS", "SHARDS", "SIZE", "NOTE"];

export function summaryOf({ jobId, record, problem, isCancelled, bytes, objects, results }: ListedJob) {
  return {
    jobId,
    functionName: record?.functionName,
    createdAt: record && new Date(record.createdAt).toISOString(),
    calls: record?.calls,
    shards: record && shardsOf(record).length,
    shardsEnded: shardsEnded(results),
    isCancelled,
    objects,
    bytes,
    problem,
  };
}

/** Pieces of a split shard have a dot in their names. */
export function shardsEnded(results: readonly string[]): number {
  return results.filter((name) => !name.includes(".")).length;
}

function rowOf(job: ListedJob): string[] {
  const { record, problem, isCancelled } = job;
  const note = isCancelled ? "cancelled" : problem;
  if (!record) return [job.jobId, "", "", "", "", bytesText(job.bytes), note];
  return [
    job.jobId,
    record.functionName || "(anonymous)",
    ageText(Date.now() - record.createdAt),
    String(record.calls),
    `${shardsEnded(job.results)}/${shardsOf(record).length}`,
    bytesText(job.bytes),
    note,
  ];
}
