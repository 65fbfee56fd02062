import type { Refusal } from "../../graph/refusal.js";
import type { Change } from "../../identity/changed-builtins.js";
import type { Touch } from "../../source/touches.js";

const CAPTURE_IT = "Keep it in a variable, and capture that.";

/** For members that the code names. */
export const REFUSALS: Readonly<Record<Change, Refusal>> = {
  added: {
    reason: "this program put it on a built-in object, which a worker has as it came",
    hint: CAPTURE_IT,
  },
  replaced: {
    reason: "this program replaced it, and a worker has the built-in one",
    hint: "Keep what you put there in a variable, and use that.",
  },
};

/** For the command line, of which each process has its own. */
export const REFUSED_ARGUMENTS: Refusal = {
  reason: "it is an argument of this program's command line, and a worker has another one",
  hint: "Read it into a variable, and capture that.",
};

/** For global variables that a setup sets, and that travel with the calls. */
export const SET_TWICE: Refusal = {
  reason: "the setup sets it, and this program has set it, too, as each call would then find it",
  hint: "Let the setup alone set it; or keep what this program put there in a variable, and capture that.",
};

/** For members that the code may come upon without naming them. */
export function additionRefusal(kind: Touch["kind"]): Refusal {
  const how = {
    key: "the function asks for a key there that is known only when it runs",
    keys: "the function lists what is there",
    escape: "the function hands that object on to code that may ask for it",
  }[kind as "key" | "keys" | "escape"];
  return {
    reason: `this program put it on a built-in object, which a worker has as it came, and ${how}`,
    hint: "Keep it in a variable, and capture that; or keep such things in an object of your own.",
  };
}
