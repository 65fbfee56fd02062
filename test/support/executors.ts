import { randomUUID } from "node:crypto";
import { Executor, type ExecutorOptions, FileStore } from "nodewren";
import { onTestFinished } from "vitest";
import { combo, isLambda } from "./combo.js";
import { newFolder } from "./folders.js";

/** Local workers, or environments of the local Lambda, so that few run on few cores. */
const WORKERS = 2;

/**
 * An executor on the backend and store that the tests run on, closed when the test ends; with a store of its own unless
 * one is given. No bar: tests may run on a terminal.
 */
export function newExecutor(options: ExecutorOptions = {}): Executor {
  if (typeof options.backend === "object") return closedInTheEnd(new Executor({ progress: false, ...options }));
  const { workers = WORKERS, ...others } = options;
  if (combo.store !== "files") others.store ??= `${process.env.NODEWREN_STORE}/${randomUUID()}`;
  // In the cloud the same limit is the backend's own setting.
  process.env.NODEWREN_CONCURRENCY = String(workers);
  return closedInTheEnd(new Executor({ progress: false, ...(isLambda ? {} : { workers }), ...others }));
}

/** A store that several executors can be given, whatever the tests run on. */
export function sharedStore(): NonNullable<ExecutorOptions["store"]> {
  return combo.store === "files" ? new FileStore(newFolder()) : `${process.env.NODEWREN_STORE}/${randomUUID()}`;
}

function closedInTheEnd(executor: Executor): Executor {
  onTestFinished(() => executor.close());
  return executor;
}
