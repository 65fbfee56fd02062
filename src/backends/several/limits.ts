/** What several backends can do together: what all of them can, since any of them may get a shard. */
import type { System } from "../../wire/system.js";
import type { Backend, BackendLimits } from "../backend.js";

/** @param concurrency workers of those that take shards now */
export function limitsTogether(backends: readonly Backend[], concurrency: number): BackendLimits {
  const limits = backends.map((backend) => backend.limits);
  const workers = sum(limits.map((one) => one.concurrency));
  const shards = sum(limits.map((one) => one.concurrency * one.shardsPerWorker));
  const billing = new Set(limits.map((one) => one.billing));
  return {
    concurrency,
    shardsPerWorker: Math.max(1, Math.round(shards / workers)),
    pollMs: least(limits.map((one) => one.pollMs)),
    inlineBytes: Math.min(...limits.map((one) => one.inlineBytes ?? 0)),
    system: systemTogether(elsewhere(backends).map((one) => one.limits.system)),
    diskBytes: least(elsewhere(backends).map((one) => one.limits.diskBytes)),
    isPolled: limits.every((one) => one.isPolled === true),
    // Where they are billed differently, each shard is by its own place.
    billing: billing.size === 1 ? limits[0]?.billing : undefined,
    workerMemoryMb: limits.some((one) => one.workerMemoryMb === undefined)
      ? undefined
      : Math.max(...limits.map((one) => one.workerMemoryMb as number)),
  };
}

/** Workers of this machine load packages from where the user has them. */
function elsewhere(backends: readonly Backend[]): Backend[] {
  return backends.filter(({ reach }) => reach === "network");
}

/** Native code has to run on all of them: where they differ, what is built for one of them runs on no such system. */
export function systemTogether(systems: readonly (System | undefined)[]): System | undefined {
  const known = systems.filter((system) => system !== undefined);
  if (known.length === 0) return undefined;
  const of = <Name extends keyof System>(name: Name) => {
    const values = new Set(known.map((system) => system[name]).filter((value) => value !== undefined));
    return values.size === 0 ? undefined : [...values].join(" and ");
  };
  return { platform: of("platform") ?? "", arch: of("arch"), libc: of("libc") as System["libc"], abi: of("abi") };
}

function least(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
