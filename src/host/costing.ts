/** What a running job has used that somebody bills for. */
import type { Costing } from "../cost/costing.js";
import type { JobRun } from "./job-run.js";

export function costingOf({ backend, bill, store, counted, prices }: JobRun): Costing {
  const { billing } = backend.limits;
  const compute = bill.usage(typeof billing === "object" ? billing : undefined);
  const { invocations } = bill;
  const usage = { billing, backend: backend.name, compute, invocations, store: store.descriptor };
  return { usage, bytesSent: counted.bytesWritten, prices };
}
