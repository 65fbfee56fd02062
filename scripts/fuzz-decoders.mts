// npm run fuzz:decoders -- --objects 2000000 --seed 1: changed objects through every decoder of what a store or a channel
// gives. Exit code 1 when one ends in anything but a value or a clear error, takes long, or takes memory.
import { parseArgs } from "node:util";
import { decodeMutated } from "../test/mutated/run.ts";

const { values } = parseArgs({
  options: { objects: { type: "string", default: "2000000" }, seed: { type: "string" } },
});
const objects = Number(values.objects);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
/** Findings that are printed; the others are counted. */
const SHOWN = 10;

const started = performance.now();
const { taken, findings } = decodeMutated({ objects, seed });
for (const { target, seed: own, what } of findings.slice(0, SHOWN))
  console.log(`${target}, object of seed ${own}: ${what}\n`);
const seconds = Math.round((performance.now() - started) / 1000);
const mb = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(
  `${objects} objects, seed ${seed}: ${taken} taken, ${objects - taken - findings.length} refused, ${findings.length} wrong; ${seconds} s, at most ${mb} MB`,
);
process.exitCode = findings.length > 0 ? 1 : 0;
