// What the worker for AWS Lambda weighs, and what it costs to start: environments under Lambda's own runtime client.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { capture } from "../dist/src/capture/capture.js";
import { encode } from "../dist/src/codec/codec.js";
import { zipOf } from "../dist/src/deploy/layer.js";
import { FileStore } from "../dist/src/stores/file/store.js";
import { digestOf } from "../dist/src/wire/digest.js";
import { InputsWriter } from "../dist/src/wire/inputs.js";
import { functionKey, inputsKey } from "../dist/src/wire/keys.js";
import { WIRE_VERSION } from "../dist/src/wire/version.js";
import { startEnvironment } from "./lib/environment.mjs";
import { inNewProcess, median } from "./lib/measure.mjs";
import { table } from "./lib/table.mjs";

const WORKER = fileURLToPath(new URL("../dist/runtime-layer/lambda", import.meta.url));
const RUNS = 5;
const COLUMNS = [
  "zipped, kB",
  "raw, kB",
  "start to first /next, ms",
  "first shard, ms",
  "next shard, ms",
  "resident, MiB",
];

export function lambda() {
  const rows = ["worker", "empty handler"].map((name) => {
    const runs = Array.from({ length: RUNS }, () => inNewProcess("lambda.mjs", [name]));
    return { name, values: runs[0].map((_value, i) => median(runs.map((run) => run[i]))) };
  });
  return table("Worker on AWS Lambda", COLUMNS, rows);
}

async function measure(name) {
  const folder = mkdtempSync(join(tmpdir(), "nodewren-bench-"));
  try {
    const [code, event] = name === "worker" ? [WORKER, await storeShard(folder)] : [emptyHandler(folder), {}];
    return [...sizesOf(code), ...(await timesOf(code, event))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function emptyHandler(folder) {
  writeFileSync(join(folder, "index.js"), "exports.handler = async () => {};");
  return folder;
}

function sizesOf(folder) {
  const names = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile());
  const files = new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
  const raw = [...files.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  return [zipOf(files).byteLength / 1000, raw / 1000];
}

/** The store is a folder, so that no server's time is in the numbers; the S3 client is loaded all the same. */
async function timesOf(code, event) {
  const environment = await startEnvironment(code);
  try {
    const shards = [];
    for (const shardName of ["0000000", "0000001"]) {
      const started = performance.now();
      const { answer, error } = await environment.invoke({ ...event, shard: { ...event.shard, name: shardName } });
      if (error || answer?.failure) throw new Error(JSON.stringify(error ?? answer));
      shards.push(performance.now() - started);
    }
    return [environment.initMs, ...shards, residentMb(environment.pid)];
  } finally {
    await environment.close();
  }
}

/** Linux only; null elsewhere. */
function residentMb(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
  } catch {
    return null;
  }
}

/** A shard of one trivial call, stored as a host would have stored it. */
async function storeShard(folder) {
  const store = new FileStore(folder);
  const { bytes } = capture((x) => x + 1);
  const functionDigest = digestOf(bytes);
  const writer = new InputsWriter();
  writer.add(encode(1));
  const { pieces, starts } = writer.finish();
  await store.put(functionKey(functionDigest), bytes);
  await store.put(inputsKey("job"), pieces);
  const shard = { first: 0, count: 1, byteStart: 0, byteEnd: starts[1] };
  const ids = { jobId: "job", attemptId: "attempt", attempt: 1, retries: 0 };
  return {
    version: WIRE_VERSION,
    store: store.descriptor,
    functionDigest,
    shard,
    inputsBytes: starts[1],
    ...ids,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify(process.argv[2] ? await measure(process.argv[2]) : lambda()));
  process.exit();
}
