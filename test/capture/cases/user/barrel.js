export * as arithmetic from "./arithmetic.js";
export { Chicken, cycle, registry } from "./chicken.js";
export { default as addUp, scale as scaled } from "./arithmetic.js";
