/** Jobs whose host, a process of its own, was killed in mid-job. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newFolder } from "./folders.js";
import { runScript } from "./scripts.js";
import { until } from "./until.js";

/** Time for the first calls, on a busy machine and a cold platform, too, ms. */
const START_MS = 30_000;

/** Time in which the workers of a host that was killed have surely ended, ms: they look for it every 20 ms. */
const WORKERS_END_MS = 300;

/** The call at which the host is killed. */
export const KILLED_AT = 4;

export interface KilledHost {
  /** Code of the host's executor, which runs one shard at a time. */
  executor: string;
  /** Code of more options of the job. */
  options?: string;
  /** Code of its inputs. Default: ten numbers. */
  inputs?: string;
  env?: NodeJS.ProcessEnv;
}

export interface KilledJob {
  jobId: string;
  /** Has a file for each call, with a letter for each time that it ran. */
  ran: string;
}

/** Ten calls in ten shards, each of which leaves a letter for each of its runs; call 4 waits for the file `go`, call 7 throws. */
function hostScript(
  ran: string,
  { executor, options = "", inputs = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]" }: KilledHost,
): string {
  return `
    import { Executor, FileStore } from "nodewren";
    import { appendFileSync, existsSync } from "node:fs";
    const executor = ${executor};
    const ran = ${JSON.stringify(ran)};
    const job = executor.map(async (x) => {
      appendFileSync(ran + "/" + x, "x");
      console.log("call", x, process.env.GREETING ?? "");
      while (x === ${KILLED_AT} && !existsSync(ran + "/go")) await new Promise((resolve) => setTimeout(resolve, 20));
      if (x === 7) throw new RangeError("seven");
      return { square: x * x };
    }, ${inputs}, { callsPerShard: 1, speculate: false ${options} });
    console.log(job.id);
    await job.settled();
  `;
}

/** The host was killed while call 4 ran. */
export async function killedJob(host: KilledHost): Promise<KilledJob> {
  const ran = newFolder();
  const { env } = host;
  const script = runScript(hostScript(ran, host), env ? { env: { ...process.env, ...env } } : {});
  await until(() => readdirSync(ran).includes(String(KILLED_AT)), START_MS);
  const jobId = script.stdout().trim();
  script.child.kill("SIGKILL");
  await script.ended;
  await new Promise((resolve) => setTimeout(resolve, WORKERS_END_MS));
  writeFileSync(join(ran, "go"), "");
  return { ran, jobId };
}

/** How often each call ran. */
export const runsOf = ({ ran }: Pick<KilledJob, "ran">): number[] =>
  readdirSync(ran)
    .filter((name) => name !== "go")
    .map((name) => readFileSync(join(ran, name), "utf8").length);
