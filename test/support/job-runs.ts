import type { Store } from "nodewren";
import type { JobRun, JobSettings } from "../../src/host/job-run.js";
import { Ledger } from "../../src/ledger.js";
import { InputsWriter } from "../../src/wire/inputs.js";
import type { Shard, ShardRequest } from "../../src/wire/messages.js";
import { WIRE_VERSION } from "../../src/wire/version.js";
import { MemoryStore } from "./memory-store.js";

const SETTINGS: JobSettings = {
  timeoutMs: undefined,
  memoryMb: undefined,
  retries: 0,
  maxAttempts: 3,
  env: undefined,
  packagesOnWorker: [],
};

/** A running job as the host's steps see it, of `calls` calls with inputs of 10 bytes each, and no backend behind it. */
export function newJobRun(calls: number, fields: Partial<JobRun> = {}): JobRun & { store: Store } {
  const writer = new InputsWriter();
  for (let i = 0; i < calls; i++) writer.add(new Uint8Array(10));
  const ledger = new Ledger<unknown>();
  ledger.open(calls);
  return {
    jobId: "job-1",
    functionName: "fn",
    functionDigest: "0".repeat(64),
    packages: undefined,
    prefix: "",
    store: new MemoryStore(),
    backend: undefined as never,
    settings: SETTINGS,
    classes: undefined,
    stored: new Set(),
    submittedAt: 0,
    ledger,
    starts: writer.finish().starts,
    inputs: undefined,
    times: [],
    signal: new AbortController().signal,
    mapStack: (stack) => stack,
    onProgress: () => {},
    ...fields,
  };
}

export function newRequest(shard: Shard, fields: Partial<ShardRequest> = {}): ShardRequest {
  return {
    version: WIRE_VERSION,
    store: { kind: "memory" },
    prefix: "",
    jobId: "job-1",
    functionDigest: "0".repeat(64),
    shard,
    inputsBytes: 0,
    attemptId: "attempt-1",
    attempt: 1,
    retries: 0,
    timeoutMs: undefined,
    memoryMb: undefined,
    env: undefined,
    ...fields,
  };
}
