/** Up to this many objects a scan beats a Map, which small values would pay to build. */
const SCAN_LIMIT = 8;

/** Numbers objects in the order in which they are met, so that a second meeting becomes a reference. */
export class Identity {
  private first: object[] = [];
  private rest: Map<object, number> | undefined;
  private count = 0;

  /** The number of an object met before, or -1 (and it counts as met). */
  meet(value: object): number {
    const { first } = this;
    for (let i = 0; i < first.length; i++) if (first[i] === value) return i;
    if (this.count < SCAN_LIMIT) {
      first.push(value);
      this.count++;
      return -1;
    }
    return this.meetMore(value);
  }

  private meetMore(value: object): number {
    this.rest ??= new Map();
    const known = this.rest.get(value);
    if (known !== undefined) return known;
    this.rest.set(value, this.count++);
    return -1;
  }

  reset(): void {
    if (this.count === 0) return;
    this.first = [];
    this.rest = undefined;
    this.count = 0;
  }
}
