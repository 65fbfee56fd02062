const ms = require("ms");
const { deep } = require("./legacy-deep.cjs");
let seen = 0;
exports.duration = function duration(text) {
  seen++;
  return ms(text);
};
exports.seen = () => seen;
exports.deep = () => deep.value + module.exports.bonus;
exports.bonus = 2;
module.exports.Legacy = class Legacy {
  constructor() {
    this.n = 1;
  }
  inc() {
    return ++this.n;
  }
};
