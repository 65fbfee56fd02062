/** The bars of all jobs of a notebook's kernel, those of each cell in one display of it. */
import type { Notebook } from "../../util/notebook.js";
import type { JobBars, Shown } from "../job-bars.js";
import { CellBlock } from "./cell-block.js";

/** Time between two looks at how far the jobs are, ms: each change is a message, which the notebook's file may keep. */
const REFRESH_MS = 400;

export class CellBars implements JobBars {
  readonly #notebook: Notebook;
  /** Those in which jobs run. */
  readonly #blocks = new Map<Shown, CellBlock>();
  /** Of the last cell that has one. */
  #last: { cell: unknown; block: CellBlock } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(notebook: Notebook) {
    this.#notebook = notebook;
  }

  add(shown: Shown): void {
    const block = this.#blockOfCell();
    this.#blocks.set(shown, block);
    block.add(shown);
    this.#timer ??= setInterval(() => this.#refresh(), REFRESH_MS).unref();
  }

  end(shown: Shown): void {
    this.#blocks.get(shown)?.end(shown);
    this.#blocks.delete(shown);
    if (this.#blocks.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #blockOfCell(): CellBlock {
    const cell = this.#notebook.cell();
    if (this.#last && this.#last.cell === cell) return this.#last.block;
    const block = new CellBlock(this.#notebook.newDisplay());
    this.#last = { cell, block };
    return block;
  }

  #refresh(): void {
    for (const block of new Set(this.#blocks.values())) block.show();
  }
}
