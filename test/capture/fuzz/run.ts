/**
 * Differential fuzz: random programs make closures; each is captured and called here, rebuilt in a fresh process, called
 * there from two instances, and every outcome compared.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { atOf, captureUrl, caseAt, judgeRecords, run } from "../harness/run.js";
import type { Verdict } from "../harness/verdict.js";
import { repository } from "../harness/workshop.js";
import { type Program, program } from "./arbitrary.js";
import { packageFilesOf } from "./packages.js";
import { renderProgram } from "./render.js";
import { shrink } from "./shrink.js";

/** Programs that share a host process and a worker process. */
const BATCH = 100;
const host = join(repository, "test/capture/harness/host.js");
const batchUrl = pathToFileURL(join(repository, "test/capture/fuzz/batch.js")).href;

export interface Failure {
  index: number;
  verdict: Verdict;
  program: Program;
}

export interface FuzzResult {
  programs: number;
  seed: number;
  works: number;
  /** Programs whose values must be refused, and were, by name. */
  refused: number;
  /** Programs refused by name because something could not be proved, though it might have worked: known gaps. */
  unproved: number;
  /** Programs that throw before they have made a closure. */
  skipped: number;
  /** Other results than here, payloads that do not load, processes that end, and refusals that nothing explains. */
  failures: Failure[];
}

/** What a random program may hold that can't travel. */
const REFUSED = [
  /\bpromise\b/,
  /\bgenerator\b/,
  // A loop over constants whose body assigns one: the call would throw.
  /assigns it, but it is a constant/,
  // A package that has to travel by value, and cannot: another one reads a variable of it, that changes, through its namespace.
  /the two would not stay one variable on a worker/,
];

/** Share of the programs that may be refused as unproved; what is left is in programs whose heap is too large to read. */
export const UNPROVED_AT_MOST = 0.01;

/** Refusals of what might have worked: a wrong result would be worse, but each of these is a gap. */
const UNPROVED = [/cannot be read/, /cannot be told/, /cannot be proved/, /no place to pause/];

export async function fuzz(
  { programs, seed }: { programs: number; seed: number },
  progress: (result: FuzzResult, done: number) => void = () => {},
): Promise<FuzzResult> {
  const result: FuzzResult = { programs, seed, works: 0, refused: 0, unproved: 0, skipped: 0, failures: [] };
  let next = 0;
  let done = 0;
  const judgeBatches = async () => {
    while (next < programs) {
      const start = next;
      next += BATCH;
      const batch = samplesOf(seed, start, Math.min(BATCH, programs - start));
      const verdicts = await judgeAll(batch);
      for (const [i, verdict] of verdicts.entries()) count(result, verdict, start + i, batch[i] as Program);
      done += batch.length;
      progress(result, done);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, judgeBatches));
  return result;
}

/** One program of a run again, judged by itself. */
export async function judgeAgain(seed: number, index: number): Promise<Failure> {
  const start = index - (index % BATCH);
  const found = samplesOf(seed, start, index - start + 1).at(-1) as Program;
  const [verdict] = await judgeAll([found]);
  return { index, verdict: verdict as Verdict, program: found };
}

/** The programs from `start` on: each batch is drawn by a seed of its own, so that no run holds all of its programs. */
function samplesOf(seed: number, start: number, size: number): Program[] {
  return fc.sample(program, { numRuns: size, seed: (Math.imul(seed, SPREAD) + start) | 0 });
}

/** A large odd number, so that batches of neighbouring seeds are not the same. */
const SPREAD = 0x9e3779b1;

function count(result: FuzzResult, verdict: Verdict, index: number, failed: Program): void {
  const { outcome, detail } = verdict;
  if (outcome === "works") result.works++;
  else if (outcome === "unusable") result.skipped++;
  else if (outcome === "refused" && REFUSED.some((one) => one.test(detail))) result.refused++;
  else if (outcome === "refused" && UNPROVED.some((one) => one.test(detail))) result.unproved++;
  else result.failures.push({ index, verdict, program: failed });
}

/** Source of the smallest program that fails the same way, with the verdict as a comment. */
export async function explain(failure: Failure): Promise<string> {
  const shrunk = await shrink(failure.program, failure.verdict, judgeAll);
  const { outcome, detail } = shrunk.verdict;
  return `${renderProgram(shrunk.program)}\n// ${outcome}\n${detail.replace(/^/gm, "// ")}`;
}

export const summary = ({ programs, seed, works, refused, unproved, skipped, failures }: FuzzResult) =>
  `${programs} programs, seed ${seed}: ${works} equal, ${refused} refused as they must be, ${unproved} unproved, ${skipped} skipped, ${failures.length} wrong`;

/** A program that ends or blocks its process takes its batch along: it is judged alone, and so are the others. */
export async function judgeAll(programs: Program[]): Promise<Verdict[]> {
  const at = join(mkdtempSync(join(tmpdir(), "nodewren-fuzz-at-")), "case");
  try {
    return await judgePrograms(programs, at);
  } catch (error) {
    const index = Number(caseAt(at)?.slice(1));
    const culprit = programs[index];
    if (programs.length === 1 || !culprit) return programs.map(() => crashOf(error));
    const others = await judgeAll(programs.toSpliced(index, 1));
    return others.toSpliced(index, 0, ...(await judgeAll([culprit])));
  } finally {
    rmSync(dirname(at), { recursive: true, force: true });
  }
}

const crashOf = (error: unknown): Verdict => ({
  id: "p0",
  group: "fuzz",
  ideal: "works",
  outcome: "late",
  detail: String(error),
});

async function judgePrograms(programs: Program[], at: string): Promise<Verdict[]> {
  const folder = mkdtempSync(join(tmpdir(), "nodewren-fuzz-"));
  try {
    const records = join(folder, "records");
    const cases = writePrograms(programs, folder);
    await run([host, pathToFileURL(cases).href, captureUrl, records], {
      cwd: folder,
      what: "host",
      out: records,
      ...atOf(at),
    });
    return await judgeRecords(records, folder, at);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each in a folder of its own, as what it does to its package is no other's. */
function writePrograms(programs: Program[], folder: string): string {
  const index = programs.map((one, i) => {
    const place = join(folder, "programs", `p${i}`);
    const file = join(place, `program.${one.form === "module" ? "mjs" : "js"}`);
    mkdirSync(place, { recursive: true });
    writeFileSync(file, renderProgram(one));
    if (one.pack) writePackages(packageFilesOf(one.pack), join(place, "node_modules"));
    return { id: `p${i}`, file, form: one.form, hasPackage: one.pack !== null };
  });
  writeFileSync(join(folder, "index.json"), JSON.stringify(index));
  const cases = join(folder, "cases.mjs");
  const indexPath = JSON.stringify(join(folder, "index.json"));
  writeFileSync(cases, `import { casesOf } from "${batchUrl}";\nexport const cases = casesOf(${indexPath});\n`);
  return cases;
}

function writePackages(files: Record<string, string>, modules: string): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(modules, path)), { recursive: true });
    writeFileSync(join(modules, path), text);
  }
}
