// All questions, side by side with peers, in one run: npm run bench [-- startup trivial …]. Writes results.md.
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { cache } from "./cache.mjs";
import { capture } from "./capture.mjs";
import { lambda } from "./lambda.mjs";
import { memory } from "./memory.mjs";
import { report } from "./report.mjs";
import { shards } from "./shards.mjs";
import { speedup } from "./speedup.mjs";
import { startup } from "./startup.mjs";
import { straggler } from "./straggler.mjs";
import { streams } from "./streams.mjs";
import { trivial } from "./trivial.mjs";
import { waits } from "./waits.mjs";

const questions = {
  startup,
  trivial,
  shards,
  waits,
  speedup,
  report,
  memory,
  streams,
  straggler,
  cache,
  capture,
  lambda,
};
const asked = process.argv.slice(2);
const workers = availableParallelism();
const machine = `Node ${process.version}, ${workers} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB. Medians of 5, except memory (1 run). In parentheses: the ratio to nodewren.`;

const parts = [];
for (const [name, question] of Object.entries(questions)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const part = question(workers);
  console.log(part);
  parts.push(part);
}
if (asked.length === 0)
  writeFileSync(new URL("results.md", import.meta.url), `# Results\n\n${machine}\n\n${parts.join("\n")}`);
