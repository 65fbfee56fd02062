import { greatestCommonDivisor } from "./divisor.js";

export class Fraction {
  #top;
  #bottom;
  static zero = new Fraction(0, 1);
  constructor(top, bottom) {
    const d = greatestCommonDivisor(top, bottom);
    this.#top = top / d;
    this.#bottom = bottom / d;
  }
  plus(other) {
    return new Fraction(this.#top * other.#bottom + other.#top * this.#bottom, this.#bottom * other.#bottom);
  }
  toString() {
    return `${this.#top}/${this.#bottom}`;
  }
}
