/** What a process holds, with its workers and its temporary store. Read from /proc, so on Linux only. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childrenOf } from "../../test/support/processes.js";

export interface Held {
  /** Resident memory of the host, MB. */
  hostMb: number;
  /** Its heap and its buffers, after a collection, MB. */
  liveMb: number;
  /** Resident memory of its worker processes, MB. */
  workersMb: number;
  /** Of its temporary store, MB. */
  diskMb: number;
  /** In that store. */
  files: number;
  descriptors: number;
  processes: number;
}

const MB = 1e6;
const PAGE_BYTES = 4096;

export function held(): Held {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const children = childrenOf(process.pid);
  const sizes = storesOf(process.pid).flatMap(sizesBelow);
  return {
    hostMb: rss / MB,
    liveMb: (heapUsed + external) / MB,
    workersMb: sum(children.map(residentBytes)) / MB,
    diskMb: sum(sizes) / MB,
    files: sizes.length,
    descriptors: readdirSync("/proc/self/fd").length,
    processes: children.length,
  };
}

function storesOf(pid: number): string[] {
  const names = readdirSync(tmpdir()).filter((name) => name.startsWith(`nodewren-${pid}-`));
  return names.map((name) => join(tmpdir(), name));
}

function sizesBelow(folder: string): number[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0);
}

/** 0 for one that has ended meanwhile. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
