/** What goes wrong with a cache ends no job: it is said, once for each kind of it, and the calls run. */
export class Troubles {
  readonly #told = new Set<string>();

  tell(kind: string, text: string): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    process.emitWarning(text, "NodewrenWarning");
  }
}
