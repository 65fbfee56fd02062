/** What is done once where the process is the kernel of a notebook. */
import { explain } from "../capture/explain.js";
import { once } from "../util/once.js";

/**
 * What captures know of Node takes a while to be collected, at the first one. An interrupt ends the code of a cell wherever it is, so that must
 * not be within a cell.
 */
export const prepareCapture = once(() => {
  setImmediate(() => explain(() => setTimeout));
});
