import { inner } from "./inner.js";

export const clamp = (n, low, high) => Math.min(high, Math.max(low, n));
export class Shape {
  #sides;
  constructor(sides) {
    this.#sides = sides;
  }
  get sides() {
    return this.#sides;
  }
  static square = () => new Shape(4);
}
export const tools = { upper: (s) => s.toUpperCase(), nested: { lower: (s) => s.toLowerCase() } };
export const marker = Symbol("marker");
export { inner as default, inner as renamed };
