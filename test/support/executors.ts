import { randomUUID } from "node:crypto";
import { Executor, type ExecutorOptions, FileStore, LocalBackend } from "nodewren";
import { afterAll, onTestFinished } from "vitest";
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

/**
 * The same, but workers of this machine are the test file's, and the next test finds them warm: most of a test's time would be their start. For tests
 * of what a job gives; those of processes themselves have their own.
 */
export function newWarmExecutor({ workers = WORKERS, ...others }: Omit<ExecutorOptions, "backend"> = {}): Executor {
  if (isLambda) return newExecutor({ workers, ...others });
  const store = combo.store === "files" ? {} : { store: sharedStore() };
  return newExecutor({ ...store, ...others, backend: keptBackend(workers) });
}

/** An executor that is closed leaves its processes to the next. */
class KeptBackend extends LocalBackend {
  override async close(): Promise<void> {}

  end(): Promise<void> {
    return super.close();
  }
}

const kept = new Map<number, KeptBackend>();
afterAll(async () => {
  for (const backend of kept.values()) await backend.end();
  kept.clear();
});

function keptBackend(workers: number): KeptBackend {
  const backend = kept.get(workers) ?? new KeptBackend({ workers });
  kept.set(workers, backend);
  return backend;
}

/** A store that several executors can be given, whatever the tests run on. */
export function sharedStore(): NonNullable<ExecutorOptions["store"]> {
  return combo.store === "files" ? new FileStore(newFolder()) : `${process.env.NODEWREN_STORE}/${randomUUID()}`;
}

function closedInTheEnd(executor: Executor): Executor {
  onTestFinished(() => executor.close());
  return executor;
}
