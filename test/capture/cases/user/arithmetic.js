import { createHash } from "node:crypto";
import { clamp } from "@fixture/esm";
import { Fraction } from "./fraction.js";
import { increase, read } from "./tally.js";

const BASE = 10;
const cache = new Map();

export let calls = 0;
export function scale(n) {
  calls++;
  return n * BASE;
}
export const square = (n) => {
  if (!cache.has(n)) cache.set(n, n * n);
  return cache.get(n);
};
export const limits = { low: 0, high: 5, nested: { list: [1, 2, 3] } };
export const bounded = (n) => clamp(n, limits.low, limits.high);
export const digest = (text) => createHash("sha256").update(text).digest("hex");
export const half = (n) => new Fraction(n, 2);
export function count() {
  increase();
  return read();
}
export { Fraction as Ratio } from "./fraction.js";
export * from "./tally.js";
export default function add(a, b) {
  return a + b;
}
