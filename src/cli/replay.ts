import inspector from "node:inspector";
import { inspect } from "node:util";
import type { Command } from "commander";
import { replayCall } from "../host/replay.js";
import { findJobId, ID } from "./jobs/job-id.js";
import { type CommonOptions, configOf, configuredCommand, withJobs } from "./shared.js";
import { json, printable } from "./text.js";
import { UsageError } from "./usage.js";

interface ReplayOptions extends CommonOptions {
  inspect: boolean;
}

export function replayCommand(): Command {
  return configuredCommand("replay", "Runs one stored call of a job in this process, with your rights.")
    .argument("<id>", ID)
    .argument("<call>", "index of the call, from 0")
    .option("--inspect", "wait for a debugger, and stop before the function is called", false)
    .action(async (text: string, call: string, options: ReplayOptions) => {
      const index = indexOf(call);
      const value = await withJobs(configOf(options), async (store) => {
        const jobId = await findJobId(store, text);
        if (options.inspect) waitForDebugger();
        return replayCall({ store, jobId, index, stops: options.inspect });
      });
      console.log(options.json ? json({ value: value ?? null }) : printable(inspect(value)));
    });
}

function indexOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageError("call", `The call must be its index in the job, such as 0, but is ${text}.`);
}

/** At any free port: Node says on stderr which one it is. */
function waitForDebugger(): void {
  if (!inspector.url()) inspector.open(0);
  inspector.waitForDebugger();
}
