/** The notebook whose cells run in this process: that of tslab, the Jupyter kernel for TypeScript. */
import { atSignal } from "./at-signal.js";

/** An output of a cell. Each call replaces what it shows, from whatever cell. Throws while no cell has run yet. */
export interface CellDisplay {
  html(text: string): void;
}

export interface Notebook {
  /** In the cell that runs, or has run last. */
  newDisplay(): CellDisplay;
  /** What differs from cell to cell. */
  cell(): unknown;
}

/** Undefined where this process is no kernel. tslab need not be a dependency: whoever runs in it has it. */
export function notebook(): Notebook | undefined {
  const { require } = kernel() ?? {};
  if (!require) return undefined;
  const { newDisplay } = require("tslab") as Pick<Notebook, "newDisplay">;
  // tslab gives each cell a way to write of its own.
  return { newDisplay, cell: () => process.stdout.write };
}

export function isNotebook(): boolean {
  return kernel() !== undefined;
}

/**
 * Runs the task at each interrupt of the kernel, from the next turn of the event loop on: while the code of a cell runs, Node itself has the
 * signal, and a listener that is added then would leave it to the system, which ends the kernel. Returns the way to take it back.
 */
export function atInterrupt(task: () => void): () => void {
  let forget = () => {};
  const soon = setImmediate(() => {
    forget = atSignal("SIGINT", task);
  });
  return () => {
    clearImmediate(soon);
    forget();
  };
}

/** tslab leaves there what the code of cells is given. */
function kernel(): { require(name: string): unknown } | undefined {
  return Reflect.get(globalThis, "__tslab__");
}
