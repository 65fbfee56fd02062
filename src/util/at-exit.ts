/** What must be undone when the process ends without `close()`. One listener for all, so that Node warns of no leak. */

const tasks = new Set<() => void>();

function runAll(): void {
  for (const task of tasks) {
    try {
      task();
    } catch {
      // The process is ending: nobody could act on this, and the other tasks must still run.
    }
  }
}

/** Runs the synchronous task when the process exits. Returns the way to take it back. */
export function atExit(task: () => void): () => void {
  if (tasks.size === 0) process.on("exit", runAll);
  tasks.add(task);
  return () => {
    tasks.delete(task);
    if (tasks.size === 0) process.off("exit", runAll);
  };
}
