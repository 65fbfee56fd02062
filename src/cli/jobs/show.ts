import type { Command } from "commander";
import type { Bill } from "../../cost/bill.js";
import { type Cost, costOf } from "../../cost/cost.js";
import { dollars } from "../../cost/cost-text.js";
import type { StoreRequests } from "../../stores/counted.js";
import type { Store } from "../../stores/store.js";
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
      const { job, counts, cost } = await withJobs(configOf(options), async (store) => {
        const job = (await findJob(store, await findJobId(store, jobId))) as ListedJob;
        const { bill, requests, ...counts } = await countCalls(store, job);
        return { job, counts, cost: costOfWorkers(store, bill, requests) };
      });
      console.log(options.json ? json({ ...summaryOf(job), ...counts, cost }) : textOfJob(job, counts, cost));
    });
}

/** By their results alone: what a host asked for is not known here. Undefined where nobody billed for them. */
function costOfWorkers(store: Store, bill: Bill, requests: StoreRequests): Cost | undefined {
  if (bill.invocations === 0) return undefined;
  const { invocations } = bill;
  const usage = { compute: bill.usage(undefined), invocations, store: store.descriptor, requests };
  return costOf({ ...usage, billing: undefined, backend: "lambda", workerMs: 0, bytes: { sent: 0, received: 0 } });
}

type Counts = Omit<CallCounts, "bill" | "requests">;

function textOfJob(job: ListedJob, { ok, failed, unreadable, runMs }: Counts, cost: Cost | undefined): string {
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
  if (cost?.usd !== undefined)
    rows.push(["cost", `about ${dollars(cost.usd)} of workers, by prices of ${cost.prices.asOf}`]);
  rows.push(["objects", `${job.objects}, ${bytesText(job.bytes)}`]);
  if (job.isCancelled) rows.push(["note", "cancelled"]);
  if (unreadable > 0) rows.push(["note", `${unreadable} results cannot be read`]);
  if (job.problem) rows.push(["note", job.problem]);
  return columns(rows);
}
