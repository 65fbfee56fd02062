// What the peers run: they take functions of a module. nodewren gets the same functions as closures.
export function addOne(x) {
  return x + 1;
}

/** Some 20 ms of arithmetic on one core. */
export function compute(seed) {
  let x = seed + 0.5;
  for (let i = 0; i < 4_000_000; i++) x = Math.sin(x) + 1.5;
  return x;
}

export default function run({ name, input }) {
  return name === "compute" ? compute(input) : addOne(input);
}

/** faast.js finds the module by this. */
export const FAAST_URL = import.meta.url;
