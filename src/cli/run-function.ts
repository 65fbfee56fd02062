/** An exported function, mapped over inputs that the command line gives. */
import { Executor } from "../executor.js";
import type { MapFunction } from "../forms/context.js";
import { endOnceWritten, exportedFunction } from "./exported-function.js";
import { outcomeData, outcomeRow } from "./show-outcome.js";
import { columns, json } from "./text.js";
import { UsageError } from "./usage.js";

interface Mapping {
  /** One a call, as JSON; none: one call without an input. */
  input: readonly string[];
  json: boolean;
}

/** Ends with 1 when a call has failed. */
export async function runFunction(place: string, options: Mapping): Promise<void> {
  try {
    const inputs = inputsOf(options.input);
    const fn = (await exportedFunction(place)) as MapFunction<unknown, unknown>;
    await using executor = new Executor(options.json ? { progress: false } : {});
    const settled = await executor.map(fn, inputs).settled();
    const outcomes = settled.map((one, index) => ({ index, ...one }));
    console.log(options.json ? json(outcomes.map(outcomeData)) : columns(outcomes.map(outcomeRow)));
    if (settled.some(({ status }) => status === "rejected")) process.exitCode = 1;
  } finally {
    endOnceWritten();
  }
}

/** One a call, as JSON; without any there is one call, without an input. */
export function inputsOf(texts: readonly string[]): unknown[] {
  return texts.length === 0 ? [undefined] : texts.map(parsed);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError("input", `--input takes JSON, such as 5 or '"text"' or '{"a": 1}', but got ${text}.`);
  }
}
