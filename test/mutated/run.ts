import { ofJobs } from "./decoders.js";
import { ofCaches } from "./decoders-of-caches.js";
import { ofServers } from "./decoders-of-servers.js";
import { Random } from "./random.js";
import type { Target } from "./target.js";

const targets = [...ofJobs, ...ofCaches, ...ofServers];

/** Longest time that a decoder may take for an object of some kilobytes, ms; a machine under load takes many times that. */
const LONGEST_MS = 5_000;
/** Memory that may be in use beyond what was at the start, bytes: the objects themselves have some kilobytes. */
const MOST_BYTES = 400e6;
/** Objects between two looks at the memory. */
const LOOK_EVERY = 1_000;

export interface Finding {
  target: string;
  /** Seed of the object, which makes it again. */
  seed: number;
  what: string;
}

export interface Outcome {
  objects: number;
  /** How many of them were decoded as if nothing were wrong. */
  taken: number;
  findings: Finding[];
}

/** Each object has a seed of its own: that of the run, and its number. */
export function decodeMutated({ objects, seed }: { objects: number; seed: number }): Outcome {
  const outcome: Outcome = { objects, taken: 0, findings: [] };
  const before = inUse();
  for (let i = 0; i < objects; i++) {
    const target = targets[i % targets.length] as Target;
    const own = (Math.imul(seed, 0x9e3779b1) + i) >>> 0;
    const started = performance.now();
    const what = tryTarget(target, own);
    if (what === undefined) outcome.taken++;
    else if (what !== "") outcome.findings.push({ target: target.name, seed: own, what });
    const ms = performance.now() - started;
    if (ms > LONGEST_MS) outcome.findings.push({ target: target.name, seed: own, what: `took ${Math.round(ms)} ms` });
    if (i % LOOK_EVERY === 0 && inUse() - before > MOST_BYTES)
      outcome.findings.push({ target: target.name, seed: own, what: `${inUse() - before} bytes more in use` });
  }
  const added = Reflect.ownKeys(Object.prototype).filter((key) => !ALL_OBJECTS_HAVE.has(key));
  if (added.length > 0) outcome.findings.push({ target: "all", seed, what: `every object has ${added.join()} now` });
  return outcome;
}

const ALL_OBJECTS_HAVE = new Set(Reflect.ownKeys(Object.prototype));

/** Nothing when the object was taken, "" when it was refused as it must be, or what was wrong. */
export function tryTarget({ run, throws }: Target, seed: number): string | undefined {
  try {
    run(new Random(seed));
    return undefined;
  } catch (error) {
    if (throws.some((one) => error instanceof one)) return "";
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

const inUse = () => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
