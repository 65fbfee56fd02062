import { Command, InvalidArgumentError, Option } from "commander";
import { BACKEND_NAMES, type BackendName } from "../config/config.js";
import { type EstimateOptions, Executor } from "../executor.js";
import type { MapFunction } from "../forms/context.js";
import { endOnceWritten, exportedFunction, FUNCTION_PLACE } from "./exported-function.js";
import { inputsOf } from "./run-function.js";
import { json } from "./text.js";

interface Options {
  backend?: BackendName;
  store?: string;
  config?: string;
  input: string[];
  calls?: number;
  callMs?: number;
  onWorkers: boolean;
  json: boolean;
}

/** `nodewren estimate file.ts#name`: what a map of an exported function would take and cost. */
export function estimateCommand(): Command {
  return new Command("estimate")
    .description(
      "Shows what a map of an exported function would take and cost; a few of its calls run on this machine.",
    )
    .argument("<file#name>", FUNCTION_PLACE)
    .addOption(new Option("--backend <name>", "where workers would run").choices(BACKEND_NAMES))
    .option("--store <place>", "s3://bucket/prefix, azure://account/container/prefix, gs://bucket/prefix, or a folder")
    .option("--config <file>", "configuration file; else NODEWREN_CONFIG, else searched")
    .option("--input <json>", "an input; may be given again", (one, all) => [...all, one], [] as string[])
    .option("--calls <number>", "so many calls, the inputs in turn", numberFrom)
    .option("--call-ms <ms>", "run time of a call: then none is run", numberFrom)
    .option("--on-workers", "run those few calls on the backend's workers, which costs what they cost there", false)
    .option("--json", "print data instead of text", false)
    .action(async (place: string, options: Options) => {
      try {
        const fn = (await exportedFunction(place)) as MapFunction<unknown, unknown>;
        if (options.config !== undefined) process.env.NODEWREN_CONFIG = options.config;
        const { backend, store } = options;
        await using executor = new Executor({ backend, store, progress: false });
        const estimate = await executor.estimate(
          fn,
          repeated(inputsOf(options.input), options.calls),
          optionsOf(options),
        );
        console.log(options.json ? json(estimate) : String(estimate));
      } finally {
        endOnceWritten();
      }
    });
}

function optionsOf({ callMs, onWorkers }: Options): EstimateOptions {
  return { callMs, sampleOn: onWorkers ? "workers" : "here" };
}

function repeated(inputs: readonly unknown[], calls = inputs.length): unknown[] {
  return Array.from({ length: calls }, (_, i) => inputs[i % inputs.length]);
}

/** Throws what commander takes for a wrong option. */
function numberFrom(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a number.");
}
