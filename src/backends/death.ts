/** Makes out how a worker process died, from its exit, its status pipe and its stderr, or why it gave up. */
import { type LastOutput, type Shard, type StatusLine, UNFIT_CODE, type WorkerFailure } from "../wire/messages.js";
import { type Death, WorkerRefusal } from "./backend.js";

/** What V8 writes before it aborts. */
const HEAP_EXHAUSTED = /FATAL ERROR: .*(heap out of memory|Allocation failed)/;

/** What a worker tells of a call that ran at its end, which need not be the call's own fault. */
const SUSPICIONS = new Set<StatusLine["type"]>(["running", "deadline"]);

const FROM_OUTSIDE = new Set<Death["kind"]>(["signal", "stuck", "lost", "channel"]);

/** Whether it is an end that calls need not have brought about. */
export function isFromOutside({ kind }: Death): boolean {
  return FROM_OUTSIDE.has(kind);
}

/** What a worker left behind. */
export interface LastWords {
  status: StatusLine | undefined;
  printed: LastOutput | undefined;
  stderr: string;
}

export function deathOf(exit: { code: number | null; signal: string | null }, words: LastWords, shard: Shard): Death {
  const { status, stderr } = words;
  const known = whoRan(words, shard);
  const isKnown = known.index !== undefined || known.during !== undefined;
  const certain = isKnown && status !== undefined && !SUSPICIONS.has(status.type) && !wasBeside(status);
  return { ...causeOf(exit, status, stderr), ...known, certain };
}

function causeOf(
  { code, signal }: { code: number | null; signal: string | null },
  status: StatusLine | undefined,
  stderr: string,
): Omit<Death, "index" | "certain"> {
  if (status?.type === "timeout" || status?.type === "memory" || status?.type === "stuck") return { kind: status.type };
  if (status?.type === "deadline") return { kind: "timeout" };
  if (HEAP_EXHAUSTED.test(stderr)) return { kind: "memory" };
  if (signal) return { kind: "signal", signal };
  // Lambda tells no code when it is 0; the worker itself has told it.
  return { kind: "exit", exitCode: code ?? (status?.type === "exit" ? status.code : undefined) };
}

function duringOf(status: StatusLine | undefined): Death["during"] {
  return status && "during" in status ? status.during : undefined;
}

/** Whether other calls ran at the same time, so that it may have been one of them. */
function wasBeside(status: StatusLine): boolean {
  return "atOnce" in status && status.atOnce !== undefined;
}

/** How often the call was tried again, if the worker told. */
function retryIn(status: StatusLine | undefined): Pick<Death, "retry"> {
  const retry = status && "retry" in status ? status.retry : undefined;
  return Number.isInteger(retry) ? { retry } : {};
}

/** The call that ran, if the worker told. A word about a shard that is over says nothing about this one. */
function suspectOf(status: { index: number | null } | undefined, { first, count }: Shard): number | undefined {
  const index = status?.index ?? undefined;
  return index !== undefined && index >= first && index < first + count ? index : undefined;
}

/** Of a worker that lived, but with which nobody could speak any more. */
export function lossOf(how: Pick<Death, "kind" | "why" | "silentMs">, words: LastWords, shard: Shard): Death {
  return { ...how, ...whoRan(words, shard), certain: false };
}

/** What ran at the end, and what it had printed. */
function whoRan({ status, printed, stderr }: LastWords, shard: Shard): Omit<Death, "kind" | "certain"> {
  const told = suspectOf(status, shard);
  const during = duringOf(status);
  const printing = suspectOf(printed, shard);
  // A call is told of only when it has run for a while; one that prints has begun after it.
  const isLater =
    printing !== undefined && !during && SUSPICIONS.has(status?.type ?? "running") && !(printing < (told ?? 0));
  const index = isLater ? printing : told;
  const isOurs = during ? printed?.during === during : index !== undefined && printing === index;
  return {
    index,
    ...(during && { during }),
    ...(index !== undefined && index === told && retryIn(status)),
    stderr: stderr || undefined,
    ...(isOurs && printed && { output: printed.output }),
  };
}

/** A worker that failed in a way that nobody foresaw may be broken, by the user's function for one: another may do. So may another try where its store failed. */
export function refusalOf({ code, message, retire, isTransient = false }: WorkerFailure): WorkerRefusal {
  const isUnfit = code === UNFIT_CODE;
  return new WorkerRefusal(code === "STORE" ? "store" : "invoke", message, {
    transient: retire || isTransient,
    isUnfit,
    isBroken: retire && !isUnfit,
  });
}
