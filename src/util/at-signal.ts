/** What must be done when a signal asks the process to end. One listener for all of a signal, which then ends it as Node would have. */

export type EndSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

/** @param ends whether the process ends by it: nobody else listens */
type Task = (ends: boolean) => void;

const tasks = new Map<EndSignal, Set<Task>>();

function run(signal: EndSignal): void {
  const ends = process.listenerCount(signal) === 1;
  for (const task of [...(tasks.get(signal) ?? [])]) task(ends);
  if (!ends) return;
  process.off(signal, run);
  process.kill(process.pid, signal);
}

/** Runs the synchronous task at each such signal. Returns the way to take it back. */
export function atSignal(signal: EndSignal, task: Task): () => void {
  const all = tasks.get(signal) ?? new Set();
  if (all.size === 0) process.on(signal, run);
  tasks.set(signal, all.add(task));
  return () => {
    all.delete(task);
    if (all.size === 0) process.off(signal, run);
  };
}
