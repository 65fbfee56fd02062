import type { Command } from "commander";
import { readJob } from "../../host/read-job.js";
import type { CallOutcomes, Outcome } from "../../job/outcomes.js";
import { type CommonOptions, configOf, configuredCommand, withJobs } from "../shared.js";
import { outcomeData, outcomeRow } from "../show-outcome.js";
import { columns, json, printable } from "../text.js";
import { findJobId, ID } from "./job-id.js";

export function resultsCommand(): Command {
  return configuredCommand("results", "Shows what the calls of a job came to, as far as they have.")
    .argument("<id>", ID)
    .action(async (text: string, options: CommonOptions) => {
      const outcomes = await readOutcomes(text, options);
      console.log(options.json ? json(outcomes.map(outcomeData)) : columns(outcomes.map(outcomeRow)));
    });
}

export function logsCommand(): Command {
  return configuredCommand("logs", "Shows what the calls of a job wrote to stdout and stderr.")
    .argument("<id>", ID)
    .action(async (text: string, options: CommonOptions) => {
      const calls = await withJobs(configOf(options), async (store) =>
        outputsOf(await readJob(store, await findJobId(store, text))),
      );
      if (options.json) console.log(json(calls));
      else for (const call of calls) process.stdout.write(textOfOutput(call));
    });
}

function readOutcomes(text: string, options: CommonOptions): Promise<Outcome<unknown>[]> {
  return withJobs(configOf(options), async (store) => {
    const outcomes = await readJob(store, await findJobId(store, text));
    return Promise.all(indicesOf(outcomes).map((index) => outcomes.read(index)));
  });
}

function indicesOf({ order }: CallOutcomes<unknown>): number[] {
  return [...order].sort((a, b) => a - b);
}

interface WrittenOutput {
  index: number;
  stdout: string;
  stderr: string;
}

function outputsOf(outcomes: CallOutcomes<unknown>): WrittenOutput[] {
  return indicesOf(outcomes)
    .map((index) => ({ index, ...outcomes.output(index) }))
    .filter(({ stdout, stderr }) => stdout !== "" || stderr !== "");
}

/** Each line behind the index of its call. */
function textOfOutput({ index, stdout, stderr }: WrittenOutput): string {
  const lines = [stdout, stderr].flatMap((text) => (text === "" ? [] : printable(text).replace(/\n$/, "").split("\n")));
  return lines.map((line) => `${index}  ${line}\n`).join("");
}
