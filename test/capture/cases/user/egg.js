import { Chicken, cycle, registry } from "./chicken.js";

export class Egg {
  constructor(parent) {
    this.parent = parent;
    registry.push(this);
  }
  hatch() {
    return new Chicken();
  }
}
export const hatchAll = (n) => (n === 0 ? ["egg"] : ["egg", ...cycle(n - 1)]);
