export let total = 40;
export const increase = (by) => {
  total += by;
};
export const readTotal = () => total;
