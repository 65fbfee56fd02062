import { inspect } from "node:util";
import type { Command } from "commander";
import { readJob } from "../../host/read-job.js";
import type { CallOutcomes, Outcome } from "../../job/outcomes.js";
import { type CommonOptions, configOf, configuredCommand, withStore } from "../shared.js";
import { columns, json, printable } from "../text.js";
import { findJobId, ID } from "./job-id.js";

export function resultsCommand(): Command {
  return configuredCommand("results", "Shows what the calls of a job came to, as far as they have.")
    .argument("<id>", ID)
    .action(async (text: string, options: CommonOptions) => {
      const outcomes = await readOutcomes(text, options);
      console.log(options.json ? json(outcomes.map(dataOf)) : columns(outcomes.map(rowOf)));
    });
}

export function logsCommand(): Command {
  return configuredCommand("logs", "Shows what the calls of a job wrote to stdout and stderr.")
    .argument("<id>", ID)
    .action(async (text: string, options: CommonOptions) => {
      const calls = await withStore(configOf(options), async (store) =>
        outputsOf(await readJob(store, await findJobId(store, text))),
      );
      if (options.json) console.log(json(calls));
      else for (const call of calls) process.stdout.write(textOfOutput(call));
    });
}

function readOutcomes(text: string, options: CommonOptions): Promise<Outcome<unknown>[]> {
  return withStore(configOf(options), async (store) => {
    const outcomes = await readJob(store, await findJobId(store, text));
    return Promise.all(indicesOf(outcomes).map((index) => outcomes.read(index)));
  });
}

function indicesOf({ order }: CallOutcomes<unknown>): number[] {
  return [...order].sort((a, b) => a - b);
}

function dataOf(outcome: Outcome<unknown>) {
  const { index, status } = outcome;
  if (outcome.status === "fulfilled") return { index, status, value: plain(outcome.value) };
  const { name, code, message } = outcome.reason;
  return { index, status, reason: { name, code, message } };
}

/** As JSON, or as text where it has none. */
function plain(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value ?? null));
  } catch {
    return inspect(value);
  }
}

function rowOf(outcome: Outcome<unknown>): string[] {
  const what = outcome.status === "fulfilled" ? inspect(outcome.value) : String(outcome.reason);
  return [String(outcome.index), outcome.status, what.replaceAll("\n", "\n  ")];
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
