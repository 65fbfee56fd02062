let total = 40;
const log = [];
export const increase = (by = 1) => {
  total += by;
  log.push(total);
};
export const read = () => total;
export const history = () => [...log];
