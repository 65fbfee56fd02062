/** `nodewren report`: where the time of a stored job went. */
import { type Command, Option } from "commander";
import { WatchedJob } from "../host/watched-job.js";
import type { JobReport } from "../job/report.js";
import { JOB_PLOTS, type JobPlot } from "../view/svg/job-plots.js";
import { findJobId, ID } from "./jobs/job-id.js";
import { type CommonOptions, configOf, configuredCommand, withJobs } from "./shared.js";
import { json, printable } from "./text.js";

interface ReportOptions extends CommonOptions {
  html?: string;
  svg?: JobPlot;
  csv: boolean;
}

export function reportCommand(): Command {
  return configuredCommand("report", "Tells where the time of a job went: as text, data, a page or a plot.")
    .argument("<id>", ID)
    .addOption(new Option("--html <file>", "write a page for a browser").conflicts(["json", "csv", "svg"]))
    .addOption(new Option("--svg <plot>", "print a plot").choices(JOB_PLOTS).conflicts(["json", "csv"]))
    .addOption(new Option("--csv", "print the times of each call").default(false).conflicts("json"))
    .action((text: string, options: ReportOptions) =>
      withJobs(configOf(options), async (store) => {
        const job = await WatchedJob.open(store, await findJobId(store, text), new AbortController().signal);
        await job.look();
        await print(job.report(), options);
      }),
    );
}

async function print(report: JobReport, { html, svg, csv, json: asJson }: ReportOptions): Promise<void> {
  if (html !== undefined) {
    await report.toHtml(html);
    console.log(`The page of job ${report.jobId} is in ${html}.`);
  } else if (svg) process.stdout.write(report.toSvg(svg));
  else if (csv) process.stdout.write(printableLines(report.toCsv()));
  else console.log(asJson ? json(report) : printable(String(report)));
}

/** Of a table, whose lines end as its format says. */
function printableLines(table: string): string {
  return table.split("\r\n").map(printable).join("\r\n");
}
