import { cases as adversarial } from "./adversarial.js";
import { cases as builtins } from "./builtins.js";
import { cases as classes } from "./classes.js";
import { cases as functions } from "./functions.js";
import { cases as hidden } from "./hidden.js";
import { cases as modules } from "./modules.js";
import { cases as refused } from "./refused.js";
import { cases as scopes } from "./scopes.js";
import { cases as state } from "./state.js";
import { cases as values } from "./values.js";

export const cases = [values, builtins, hidden, functions, scopes, classes, state, modules, adversarial, refused].flat();
