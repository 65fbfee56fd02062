import { Executor, type ExecutorOptions } from "nodewren";
import { onTestFinished } from "vitest";

/** An executor that is closed when the test ends. No bar: tests may run on a terminal. */
export function newExecutor(options: ExecutorOptions = {}): Executor {
  const executor = new Executor({ workers: 2, progress: false, ...options });
  onTestFinished(() => executor.close());
  return executor;
}
