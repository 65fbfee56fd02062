// What depends on how the code was compiled and started; values travel alike everywhere.
import { cases as classes } from "./classes.js";
import { cases as functions } from "./functions.js";
import { cases as modules } from "./modules.js";
import { cases as scopes } from "./scopes.js";

export const cases = [functions, scopes, classes, modules].flat();
