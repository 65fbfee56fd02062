/** A set of small whole numbers, one bit each. */
export class BitSet {
  #bits = new Uint8Array(64);

  has(index: number): boolean {
    return (((this.#bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
  }

  add(index: number): void {
    const at = index >> 3;
    if (at >= this.#bits.length) {
      const grown = new Uint8Array(2 * Math.max(at, this.#bits.length));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[at] = (this.#bits[at] as number) | (1 << (index & 7));
  }
}
