/** Runs code of the user's: with the built-in functions that it may have replaced, and until it settles or leaves an error that nobody catches. */
import type { BuiltIns } from "./built-ins.js";
import type { ErrorOwner, UncaughtErrors } from "./uncaught-errors.js";

export interface UserCodeOptions {
  /** The call, where it is not the only one that runs. */
  owner?: ErrorOwner;
  /** Whether it is a setup, and what it replaces is to be so for the calls that follow. */
  isSetup?: boolean;
}

export async function runUserCode<T>(
  { builtIns, uncaught }: { builtIns: BuiltIns; uncaught: UncaughtErrors },
  body: () => Promise<T>,
  { owner, isSetup = false }: UserCodeOptions = {},
): Promise<T> {
  let isLent = true;
  const takeBack = () => {
    if (isLent) builtIns.takeBack(isSetup);
    isLent = false;
  };
  builtIns.lend();
  try {
    // In the same turn of the event loop, as Node stands on some of them itself.
    return await uncaught.during(() => endedBy(takeBack, body), owner);
  } finally {
    takeBack();
  }
}

async function endedBy<T>(end: () => void, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } finally {
    end();
  }
}
