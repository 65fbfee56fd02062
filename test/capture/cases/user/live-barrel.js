export { increase, readTotal, total, total as default, total as renamedTotal } from "./live.js";
