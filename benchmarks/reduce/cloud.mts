// npm run bench:reduce-cloud -- --files 200 --megabytes 10: the words of 2 GB of text in objects of a real S3 server (Ceph's radosgw) are counted
// by the deployed worker on the local Lambda, pushed and polled, and by a plain loop. Requests are counted where they pass: of the store, and of
// the bucket with the text.

import { parseArgs } from "node:util";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Executor, type InputItem, type JobReport, LambdaBackend, objects, S3Store } from "../../dist/src/index.js";
import { startCountingProxy } from "../../test/support/counting-proxy.js";
import { startDeployedLambda } from "../../test/support/deployed-lambda.js";
import { startCluster } from "../../test/support/radosgw/cluster.js";
import { noRealS3 } from "../../test/support/radosgw/installed.js";
import { textOfWords } from "./words.js";

const { values } = parseArgs({
  options: { files: { type: "string", default: "200" }, megabytes: { type: "string", default: "10" } },
});
if (noRealS3) throw new Error(noRealS3);
const [files, bytes] = [Number(values.files), Number(values.megabytes) * 1e6];
/** Beside the text, the server keeps results, and the same objects' indexes. */
const ROOM = 2;
const REGION = "us-east-1";
const [TEXT, RUNS] = ["text-of-words", "runs-of-words"];
/** Environments of the function: as many as the machine this was made for has cores. */
const CONCURRENCY = 2;

async function countWords(item: InputItem, counts = new Map<string, number>()): Promise<Map<string, number>> {
  for await (const line of item.lines())
    for (const word of line.toLowerCase().match(/\p{L}+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

const cluster = await startCluster({ bytes: ROOM * files * bytes + 1024 ** 3 });
const { credentials } = cluster;
const [text, runs] = [await startCountingProxy(cluster.endpoint), await startCountingProxy(cluster.endpoint)];
const environment = {
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
};
const lambda = await startDeployedLambda({ timeoutS: 600 }, { environment });
try {
  await writeText();
  const source = objects(`s3://${TEXT}/`, { endpoint: text.endpoint, region: REGION, credentials });
  const started = performance.now();
  const plain = new Map<string, number>();
  for await (const item of source) await countWords(item, plain);
  const plainMs = performance.now() - started;
  for (const invocation of ["push", "poll"] as const) await count(invocation, plain, plainMs);
} finally {
  await lambda.close();
  await Promise.all([text.close(), runs.close()]);
  await cluster.stop();
}

async function writeText(): Promise<void> {
  const client = new S3Client({ endpoint: cluster.endpoint, credentials, region: REGION, forcePathStyle: true });
  for (const Bucket of [TEXT, RUNS]) await client.send(new CreateBucketCommand({ Bucket }));
  for (let i = 0; i < files; i++) {
    const Key = `${String(i).padStart(4, "0")}.txt`;
    await client.send(new PutObjectCommand({ Bucket: TEXT, Key, Body: [...textOfWords(bytes)].join("") }));
  }
  client.destroy();
}

async function count(invocation: "push" | "poll", plain: Map<string, number>, plainMs: number): Promise<void> {
  const before = { text: { ...text.counts }, runs: { ...runs.counts } };
  const store = new S3Store({
    endpoint: runs.endpoint,
    credentials,
    bucket: RUNS,
    prefix: invocation,
    region: REGION,
    forcePathStyle: true,
  });
  const backend = new LambdaBackend({ ...lambda.clientOptions, concurrency: CONCURRENCY, invocation });
  const executor = new Executor({ backend, store, progress: false });
  let reports: readonly JobReport[] = [];
  const started = performance.now();
  const total = await executor.mapReduce(
    (item: InputItem) => countWords(item),
    objects(`s3://${TEXT}/`, { endpoint: text.endpoint, region: REGION, credentials }),
    (a, b) => a + b,
    {
      keyed: true,
      reports: (all) => {
        reports = all;
      },
    },
  );
  const ms = performance.now() - started;
  await executor.close();
  const isSame = plain.size === total.size && [...plain].every(([word, n]) => total.get(word) === n);
  if (!isSame) process.exitCode = 1;
  console.log(
    `${invocation}: ${isSame ? "as" : "NOT as"} a plain loop counts, ${(ms / 1000).toFixed(1)} s, a plain loop ${(plainMs / 1000).toFixed(1)} s`,
  );
  print(reports, since(before.text, text.counts), since(before.runs, runs.counts));
}

type Counts = typeof text.counts;

function since(before: Counts, after: Counts): Counts {
  const names = Object.keys(after) as (keyof Counts)[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as Counts;
}

function print([map, reduce]: readonly JobReport[], ofText: Counts, ofRuns: Counts): void {
  if (!map || !reduce) return;
  const [shards, reducers] = [map.shards, reduce.shards];
  const { list, ...others } = ofRuns;
  const all = Object.values(others).reduce((sum, n) => sum + n, 0);
  console.log(`  ${map.calls} calls in ${shards} map shards, ${reduce.calls} reducers in ${reducers} shards`);
  console.log(
    `  of the store: ${ofRuns.put} writes, ${ofRuns.get + ofRuns.head} reads, ${ofRuns.delete} deletes: ${(all / (shards + reducers)).toFixed(2)} a shard, and ${list} lists`,
  );
  console.log(
    `  of the text: ${ofText.get + ofText.head} reads for ${map.calls} calls, ${ofText.list} lists; through the host: ${map.requests.hostBytes} bytes of heads`,
  );
}
