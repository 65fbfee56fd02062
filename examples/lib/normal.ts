/** Fills the array with numbers drawn from N(0, deviation), by the method of Box and Muller. */
export function fillNormal(array: Float64Array, deviation: number): Float64Array {
  for (let i = 0; i < array.length; i += 2) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - Math.random()));
    const angle = 2 * Math.PI * Math.random();
    array[i] = radius * Math.cos(angle);
    if (i + 1 < array.length) array[i + 1] = radius * Math.sin(angle);
  }
  return array;
}

/** Standard deviation of numbers whose mean is 0 by construction. */
export function deviationOf(array: Float64Array): number {
  return Math.sqrt(array.reduce((sum, value) => sum + value * value, 0) / array.length);
}
