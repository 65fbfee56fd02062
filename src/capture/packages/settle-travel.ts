import process from "node:process";
import { CaptureError } from "../../errors.js";
import type { PackagePath } from "../identity/packages.js";
import type { Callable } from "../types.js";
import { ByValue, type TravelPolicy } from "./travel-policy.js";

/** Says that packages have to travel by value, and how the capture is refused if they cannot. */
export class NeedsByValue extends Error {
  constructor(
    readonly folders: readonly string[],
    readonly refusal: CaptureError,
  ) {
    super(refusal.message);
  }
}

/** Says that objects have to travel by reference, as a package that does so holds and exports them. */
export class NeedsReference extends Error {
  constructor(readonly objects: ReadonlyMap<object, PackagePath>) {
    super("Objects that packages export have to travel by reference");
  }
}

/** Whether an error asks for another walk. */
export function isOfTravel(error: unknown): boolean {
  return error instanceof NeedsByValue || error instanceof NeedsReference;
}

/** Which packages had to travel by value with a function. */
const needed = new WeakMap<Callable, readonly string[]>();

/**
 * As `settle`. A function that is captured again needs the same packages by value, as a rule, and to find that out takes a walk
 * for each: so it begins with them. Where that fails, as a package may have changed, all is found out anew.
 */
export function settleTravel<T>(fn: Callable, asked: readonly string[], walk: (travel: TravelPolicy) => T): T {
  const last = needed.get(fn);
  needed.delete(fn);
  try {
    if (last) return settle(fn, [...asked, ...last], walk);
  } catch {
    // Its reasons would name packages that may travel by reference now.
  }
  return settle(fn, asked, walk);
}

/**
 * Walks with few packages by value, and again with more as long as the walk finds that more are needed: at most once for
 * each package. Where that fails, the first reason is told, as it is nearest to what the user wrote.
 */
function settle<T>(fn: Callable, asked: readonly string[], walk: (travel: TravelPolicy) => T): T {
  const chosen = new Set(asked);
  const exported = new Map<object, PackagePath>();
  let first: CaptureError | undefined;
  let spend: (() => void) | undefined;
  for (;;) {
    try {
      const found = walk(new ByValue(new Set(chosen), spend, exported));
      if (chosen.size > 0) needed.set(fn, [...chosen]);
      return found;
    } catch (error) {
      if (error instanceof NeedsReference && addAll(exported, error.objects)) continue;
      const isNew = error instanceof NeedsByValue && error.folders.some((folder) => !chosen.has(folder));
      if (!isNew) throw reported(error, first);
      first ??= error.refusal;
      spend ??= spender();
      for (const folder of error.folders) chosen.add(folder);
    }
  }
}

/** Whether any of them was not there. */
function addAll(all: Map<object, PackagePath>, more: ReadonlyMap<object, PackagePath>): boolean {
  const before = all.size;
  for (const [value, way] of more) all.set(value, way);
  return all.size > before;
}

/** CPU time of all further walks, ms, after which a package that nobody asked for by value is refused: the caller waits for it. */
const LONGEST_WALK_MS = 15_000;
const MICROSECONDS = 1000;
/** To ask for the CPU time takes longer than most of what is done between two asks. */
const ASKED_EVERY = 64;

/** Ends a walk when they have taken as much. */
function spender(): () => void {
  const start = process.cpuUsage();
  let asks = 0;
  return () => {
    if (asks++ % ASKED_EVERY > 0) return;
    const { user, system } = process.cpuUsage(start);
    if (user + system > LONGEST_WALK_MS * MICROSECONDS) throw new NeedsByValue([], new CaptureError(TOO_LARGE));
  };
}

const TOO_LARGE = {
  path: "its code",
  reason: `reading it takes more than ${LONGEST_WALK_MS / 1000} s`,
  hint: "Ask for it with the option byValue, if that does not matter.",
};

function reported(error: unknown, first: CaptureError | undefined): unknown {
  const last = error instanceof NeedsByValue ? error.refusal : error;
  if (!first || !(last instanceof CaptureError)) return last;
  const reason = `${first.reason}; and the package cannot travel by value, because of ${last.path}: ${last.reason}`;
  const { path, hint, position, excerpt } = first;
  return new CaptureError({ path, reason, hint, position, excerpt }, { cause: last });
}
