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

const nothing = {};
export const none = () => nothing;
export const isNone = (value) => value === nothing;
const branded = new WeakSet();
export class Branded {
  constructor() {
    branded.add(this);
  }
  get isBranded() {
    return branded.has(this);
  }
}
const hidden = Symbol("kept by esm");
export const hide = (value) => ({ [hidden]: value });
export const unhide = (object) => object[hidden];
class Inner {}
export const makeInner = () => new Inner();
export const isInner = (value) => value instanceof Inner;
export function Plain() {
  this.n = 1;
}
Plain.prototype = {
  next() {
    return this.n + 1;
  },
};
export const groups = { shapes: { Deep: class Deep {} } };
