/** What a job would cost that takes such times. */
import type { Backend } from "../backends/backend.js";
import { type Cost, costOf } from "../cost/cost.js";
import { type Expected, type ExpectedTimes, expectedRequests, type Ways } from "../cost/expected.js";
import type { Prices } from "../cost/prices.js";
import type { JobOptions } from "../options.js";
import type { Store } from "../stores/store.js";
import { BILLED_STORES } from "../util/store-place.js";
import type { EncodedInputs } from "../wire/inputs.js";
import { MAX_ANSWER_BYTES } from "../wire/messages.js";
import type { CapturedJob } from "./capture-setups.js";
import { functionsOf } from "./new-run.js";

/** A job that has not run. */
export interface Estimated {
  backend: Backend;
  store: Store["descriptor"];
  /** In place of those that are known here. */
  prices: Partial<Prices> | undefined;
  job: CapturedJob;
  encoded: EncodedInputs;
  jobOptions: JobOptions;
}

/** @param resultBytes of a call's result */
export function expectedCost(job: Estimated, plan: Expected, times: ExpectedTimes, resultBytes: number): Cost {
  const { backend, store, encoded } = job;
  const { billing } = backend.limits;
  const starts = plan.startMs > 0 ? times.workers : 0;
  const invocations = typeof billing === "object" ? plan.shards.length : 0;
  const compute = { invocations, billedMs: times.billedMs, toldMs: 0, starts, startMs: starts * plan.startMs };
  const usage = {
    billing,
    backend: backend.name,
    compute: typeof billing === "object" ? [{ place: billing, ...compute }] : [],
    invocations,
    workerMs: times.billedMs,
    store,
    requests: BILLED_STORES.has(store.kind)
      ? expectedRequests(plan, times, waysOf(job, resultBytes))
      : { reads: 0, writes: 0, lists: 0 },
    bytes: {
      sent: payloadBytes(job) + (encoded.starts.at(-1) ?? 0),
      received: Math.round(resultBytes * encoded.count),
    },
  };
  return costOf(usage, job.prices);
}

function waysOf({ backend, job, jobOptions }: Estimated, resultBytes: number): Ways {
  const { inlineBytes = 0, isPolled, pollMs } = backend.limits;
  const hasBundle = job.packages.length > 0 && backend.reach === "network";
  return {
    functions: functionsOf(job).length,
    others: (hasBundle ? 1 : 0) + Array.from(job.broadcasts).length,
    inlineBytes,
    answerBytes: MAX_ANSWER_BYTES,
    resultBytes,
    isDelivered: jobOptions.output !== undefined,
    pollMs: isPolled ? pollMs : undefined,
  };
}

function payloadBytes({ job }: Estimated): number {
  return functionsOf(job).reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
}
