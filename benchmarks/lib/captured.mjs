/** Fills the array with numbers drawn from N(0, deviation). */
export function fillNormal(array, deviation) {
  for (let i = 0; i < array.length; i++) {
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - Math.random()));
    array[i] = radius * Math.cos(2 * Math.PI * Math.random());
  }
  return array;
}
