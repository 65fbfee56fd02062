/** How notebooks show objects of ours: by a method that they, and `display()`, look for. */

/** Kernels that show the last value of a cell by more than text ask for what is under this symbol, that of Deno's among them. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display") as never;

/** The same in several forms, by media type, of which whoever shows it takes the best that it can. */
export interface DisplayData {
  "text/plain": string;
  "text/html": string;
}

export interface Displayable {
  [DISPLAY](): DisplayData;
}
