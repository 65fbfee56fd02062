/** Makes out how a local worker died, from its exit, its status pipe and its stderr. */
import type { Shard, StatusLine } from "../wire/messages.js";
import type { Death } from "./backend.js";

/** What V8 writes before it aborts. */
const HEAP_EXHAUSTED = /FATAL ERROR: .*(heap out of memory|Allocation failed)/;

/** What a worker tells of a call that ran at its end, which need not be the call's own fault. */
const SUSPICIONS = new Set<StatusLine["type"]>(["running", "deadline"]);

export function deathOf(
  exit: { code: number | null; signal: string | null },
  status: StatusLine | undefined,
  stderr: string,
  shard: Shard,
): Death {
  const index = suspectOf(status, shard);
  const certain = index !== undefined && status !== undefined && !SUSPICIONS.has(status.type);
  return { ...causeOf(exit, status, stderr), index, certain, stderr: stderr || undefined };
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

/** The call that ran, if the worker told. A word about a shard that is over says nothing about this one. */
function suspectOf(status: StatusLine | undefined, { first, count }: Shard): number | undefined {
  const index = status?.index ?? undefined;
  return index !== undefined && index >= first && index < first + count ? index : undefined;
}
