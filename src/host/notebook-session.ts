/** What is done once where the process is the kernel of a notebook, which goes on for days and is interrupted at times. */
import { explain } from "../capture/explain.js";
import { once } from "../util/once.js";

/** Node prints a warning past the cell, where the kernel's own log is. */
function showWarnings(): void {
  process.on("warning", ({ name, message }) => {
    if (name === "NodewrenWarning") process.stderr.write(`${name}: ${message}\n`);
  });
}

/**
 * What captures know of Node takes a while to be collected, at the first one. An interrupt ends the code of a cell wherever it is, so that may
 * not be within a cell.
 */
function prepareCapture(): void {
  setImmediate(() => explain(() => setTimeout));
}

export const openNotebookSession = once(() => {
  showWarnings();
  prepareCapture();
});
