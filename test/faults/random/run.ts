/** Runs a job that a kind of fault hits, as a seed says, and tells what is wrong with what became of it. */
import type { Executor, JobOptions, Settled } from "nodewren";
import type { Random } from "../../mutated/random.js";
import type { End, FaultKind } from "./kinds.js";

/** Longest that any of these jobs may take, on a busy machine too, ms. */
const BOUND_MS = 60_000;

const LATE = Symbol("late");
const VALUE: readonly End[] = ["value"];

/** What is wrong; empty when nothing is. */
export async function runFaulty(kind: FaultKind, executor: Executor, random: Random): Promise<string[]> {
  const calls = 2 + random.integer(20);
  const hit = [random.integer(calls), random.integer(calls)];
  const inputs = Array.from({ length: calls }, (_, x) => x);
  const { deed } = kind;
  const fn = (x: number, { attempt }: { attempt: number }) => (deed && hit.includes(x) ? deed(x, attempt) : x * 7);
  const grouping = random.one<JobOptions>([{}, { callsPerShard: 1 }, { shards: 1 }, { callsPerShard: 3 }]);
  const job = executor.map(fn, inputs, { ...grouping, ...kind.options });
  const [settled] = await Promise.all([within(job.settled()), kind.beside?.(job, executor, random)]);
  if (settled === LATE) return [`not settled within ${BOUND_MS} ms: ${JSON.stringify(job.progress)}`];
  const order: number[] = [];
  for await (const { index } of job.completed()) order.push(index);
  return [
    ...settled.flatMap((outcome, x) => wrongWith(outcome, x, kind, hit.includes(x)) ?? []),
    ...(settled.length === calls ? [] : [`${settled.length} outcomes of ${calls} calls`]),
    ...(new Set(order).size === calls && order.length === calls ? [] : [`told of as completed: ${order.join(" ")}`]),
  ];
}

function wrongWith(outcome: Settled<unknown>, x: number, kind: FaultKind, isHit: boolean): string | undefined {
  const ends = isHit ? kind.ends : (kind.others ?? VALUE);
  if (outcome.status === "rejected") {
    const { code, message } = outcome.reason;
    return ends.includes(code) ? undefined : `call ${x} failed: ${code} ${message}`;
  }
  if (!ends.includes("value")) return `call ${x} has a value: ${String(outcome.value)}`;
  const isRight = isHit && kind.value ? kind.value(outcome.value, x) : outcome.value === x * 7;
  return isRight ? undefined : `call ${x} has a wrong value: ${String(outcome.value)}`;
}

async function within<T>(promise: Promise<T>): Promise<T | typeof LATE> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), BOUND_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
