/** Up to this many objects a scan beats a hash table, which small values would pay to build. */
const SCAN_LIMIT = 8;

/** Numbers objects in the order in which they are met, so that a second meeting becomes a reference. */
export class Identity {
  private first: object[] = [];
  /** All objects, in order, once they are many. Most are met once, for which a Set is cheaper than a Map. */
  private many: Set<object> | undefined;
  /** Replaces the Set once some object is met again. */
  private numbers: Map<object, number> | undefined;

  /** The number of an object met before, or -1 (and it counts as met). */
  meet(value: object): number {
    const { first, many } = this;
    if (many !== undefined) return this.meetAmongMany(many, value);
    for (let i = 0; i < first.length; i++) if (first[i] === value) return i;
    if (first.length === SCAN_LIMIT) this.many = new Set(first).add(value);
    else first.push(value);
    return -1;
  }

  private meetAmongMany(many: Set<object>, value: object): number {
    if (this.numbers !== undefined) return this.meetNumbered(this.numbers, value);
    const before = many.size;
    if (many.add(value).size > before) return -1;
    this.numbers = new Map();
    for (const object of many) this.numbers.set(object, this.numbers.size);
    return this.meetNumbered(this.numbers, value);
  }

  private meetNumbered(numbers: Map<object, number>, value: object): number {
    const known = numbers.get(value);
    if (known !== undefined) return known;
    numbers.set(value, numbers.size);
    return -1;
  }

  reset(): void {
    if (this.first.length === 0) return;
    this.first = [];
    this.many = undefined;
    this.numbers = undefined;
  }
}
