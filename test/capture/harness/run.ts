/** Runs one environment: its host process, then a fresh worker process, then a verdict for each case. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { deserialize } from "node:v8";
import type { Environment, HostProcess } from "./environments.js";
import { type Answer, type CaseRecord, judge, type Verdict } from "./verdict.js";
import { recordsOf, repository, type Workshop } from "./workshop.js";

export const captureUrl = pathToFileURL(join(repository, "dist/src/capture/capture.js")).href;
const rebuildUrl = pathToFileURL(join(repository, "dist/src/capture/rebuild/rebuild.js")).href;
const worker = join(repository, "test/capture/harness/worker.js");
/** Hosts take some ten seconds; a machine under load takes many times that. */
const LIMIT_MS = 240_000;

/** One in `every` of the cases, from the one with the number `first`. */
export interface Share {
  every: number;
  first: number;
}

const WHOLE: Share = { every: 1, first: 0 };

export async function runEnvironment(
  environment: Environment,
  workshop: Workshop,
  { every, first }: Share = WHOLE,
): Promise<Verdict[]> {
  const folder = environment.name.replaceAll(" ", "-").toLowerCase();
  const host = environment.prepare(workshop, folder);
  const records = recordsOf(workshop, folder);
  const env = { ...host.env, MATRIX_SHARE: `${every} ${first}` };
  await runHost({ ...host, env }, records, environment.name);
  return judgeRecords(records, workshop.root, undefined, host.program);
}

/** Loads every payload of a file of records in a worker process of its own, and judges the outcomes. */
export async function judgeRecords(
  records: string,
  cwd: string,
  at?: string,
  program = process.execPath,
): Promise<Verdict[]> {
  const answers = `${records}.answers`;
  const what = `worker of ${records}`;
  await run([worker, records, rebuildUrl, answers], { cwd, what, out: answers, program, ...atOf(at) });
  const told = deserialize(readFileSync(answers)) as Record<string, Answer>;
  const captured = deserialize(readFileSync(records)) as CaseRecord[];
  return captured.map((record) => judge(record, told[record.id]));
}

async function runHost({ args, cases, cwd, env, bare, input, program }: HostProcess, out: string, name: string) {
  const told = { MATRIX_CAPTURE: captureUrl, MATRIX_OUT: out, ...env };
  const work = bare ? [] : [pathToFileURL(cases).href, captureUrl, out];
  await run([...args, ...work], { cwd, env: told, what: `host of ${name}`, out, input, program });
}

/** Processes write where they are when they are told a file for it. */
export const atOf = (at: string | undefined) => (at === undefined ? {} : { at, env: { CASE_AT: at } });

interface Run {
  cwd: string;
  env?: Record<string, string>;
  what: string;
  /** File that the process must have written. */
  out: string;
  /** Text for the standard input. */
  input?: string | undefined;
  program?: string | undefined;
  /** File that tells which case the process is at: as long as that changes, it is not stopped. */
  at?: string;
}

/** Ends with an error that holds the output, unless the process wrote its file and left with 0. */
export async function run(
  args: string[],
  { cwd, env, what, out, input, program = process.execPath, at }: Run,
): Promise<void> {
  const child = spawn(program, args, { cwd, env: cleanEnvironment(env), stdio: ["pipe", "pipe", "pipe"] });
  // A program that cannot be started is told by the child itself.
  child.stdin.on("error", () => {});
  if (input) child.stdin.write(input);
  else child.stdin.end();
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const end = stopWhenStuck(child, at);
  const [code, signal] = await new Promise<[number | null, string | null]>((done, fail) => {
    child.on("close", (...how) => done(how));
    child.on("error", fail);
  }).finally(end);
  if (code !== 0 || !existsSync(out)) throw new Error(`${what}: ended with ${signal ?? code}\n${output.slice(-8_000)}`);
}

/** Stops a process that takes too long, or is too long at one case; what it gives ends the watch. */
function stopWhenStuck(child: ChildProcess, at: string | undefined): () => void {
  let seen = caseAt(at);
  const timer = setInterval(() => {
    const now = caseAt(at);
    if (now === seen) child.kill("SIGKILL");
    seen = now;
  }, LIMIT_MS);
  return () => clearInterval(timer);
}

/** Where a process is, by the file that it keeps. */
export function caseAt(at: string | undefined): string | undefined {
  return at !== undefined && existsSync(at) ? readFileSync(at, "utf8") : undefined;
}

/** A test runner leaves variables of its own behind, which would tell our processes that they are its workers. */
function cleanEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const foreign =
    /^(VITEST|TEST$|NODE_OPTIONS|NODE_V8_COVERAGE|TINYPOOL|VITE_|NODE_ENV$|DEV$|PROD$|MODE$|SSR$|BASE_URL$)/;
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}
