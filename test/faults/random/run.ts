/** Runs a job that a kind of fault hits, as a seed says, and tells what is wrong with what became of it. */
import type { Executor, JobOptions, Settled } from "nodewren";
import type { Random } from "../../mutated/random.js";
import type { End, FaultKind } from "./kinds.js";

/** Longest that any of these jobs may take, on a busy machine too, ms. */
const BOUND_MS = 60_000;

const LATE = Symbol("late");
const VALUE: readonly End[] = ["value"];

/** `lost`: a call has no value, or not the end that it may have; `doubled`: told of twice, or not once. */
export interface Wrong {
  what: "hung" | "lost" | "doubled" | "wrong" | "leaked";
  how: string;
}

/** What is wrong; empty when nothing is. */
export async function runFaulty(kind: FaultKind, executor: Executor, random: Random): Promise<Wrong[]> {
  const calls = 2 + random.integer(20);
  const hit = [random.integer(calls), random.integer(calls)];
  const inputs = Array.from({ length: calls }, (_, x) => x);
  const { deed } = kind;
  const fn = (x: number, { attempt }: { attempt: number }) => (deed && hit.includes(x) ? deed(x, attempt) : x * 7);
  const grouping = random.one<JobOptions>([{}, { callsPerShard: 1 }, { shards: 1 }, { callsPerShard: 3 }]);
  const job = executor.map(fn, inputs, { ...grouping, ...kind.options });
  const [settled] = await Promise.all([within(job.settled()), kind.beside?.(job, executor, random)]);
  if (settled === LATE)
    return [{ what: "hung", how: `not settled within ${BOUND_MS} ms: ${JSON.stringify(job.progress)}` }];
  const order: number[] = [];
  for await (const { index } of job.completed()) order.push(index);
  return [
    ...settled.flatMap((outcome, x) => wrongWith(outcome, x, kind, hit.includes(x)) ?? []),
    ...(settled.length === calls ? [] : [doubled(`${settled.length} outcomes of ${calls} calls`)]),
    ...(new Set(order).size === calls && order.length === calls ? [] : [doubled(`completed: ${order.join(" ")}`)]),
  ];
}

const doubled = (how: string): Wrong => ({ what: "doubled", how });

function wrongWith(outcome: Settled<unknown>, x: number, kind: FaultKind, isHit: boolean): Wrong | undefined {
  const ends = isHit ? kind.ends : (kind.others ?? VALUE);
  if (outcome.status === "rejected") {
    const { code, message } = outcome.reason;
    return ends.includes(code) ? undefined : { what: "lost", how: `call ${x} failed: ${code} ${message}` };
  }
  if (!ends.includes("value")) return { what: "wrong", how: `call ${x} has a value: ${String(outcome.value)}` };
  const isRight = isHit && kind.value ? kind.value(outcome.value, x) : outcome.value === x * 7;
  return isRight ? undefined : { what: "wrong", how: `call ${x} has the value ${String(outcome.value)}` };
}

async function within<T>(promise: Promise<T>): Promise<T | typeof LATE> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), BOUND_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
