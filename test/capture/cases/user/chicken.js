import { Egg, hatchAll } from "./egg.js";

export const registry = [];
export class Chicken {
  lay() {
    return new Egg(this);
  }
}
export const cycle = (n) => (n === 0 ? ["chicken"] : ["chicken", ...hatchAll(n - 1)]);
