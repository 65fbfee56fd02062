import { importerOf } from "../identity/packages.js";
import { viteFileOf } from "../identity/vite.js";
import type { FunctionInfo, Step } from "./graph.js";
import { refusalOfSpecifier } from "./requires.js";
import type { Walker } from "./walker.js";

/** Forms of code whose meaning hangs on where they stand. */
export function refuseForms(walker: Walker, step: Step, { source, script }: FunctionInfo): void {
  const { directEval, importMeta, hasWith, imports, requires, usesNewTarget } = source.analysis;
  if (directEval)
    refuseForm(
      walker,
      step,
      "eval",
      "it calls eval directly, so what it needs cannot be known",
      "Write the code out, or use new Function.",
    );
  if (hasWith)
    refuseForm(
      walker,
      step,
      "with",
      "it uses a with statement, so what it needs cannot be known",
      "Name the object at each use.",
    );
  if (importMeta)
    refuseForm(
      walker,
      step,
      "import.meta",
      "import.meta speaks of a file that the worker does not run",
      "Compute what you need from it outside, and capture that.",
    );
  if (usesNewTarget && source.isArrow)
    refuseForm(
      walker,
      step,
      "new.target",
      "an arrow function's new.target cannot be read",
      "Store new.target in a variable outside.",
    );
  const imported = imports.filter((one) => !viteFileOf(one, script?.url ?? "")).map((one) => one.specifier);
  for (const specifier of [...imported, ...requires]) {
    const refusal = specifier === undefined ? undefined : refusalOfSpecifier(specifier, importerOf(script?.url ?? ""));
    if (refusal) refuseForm(walker, step, `import(${JSON.stringify(specifier)})`, refusal.reason, refusal.cure);
  }
}

function refuseForm(walker: Walker, step: Step, name: string, reason: string, cure: string): never {
  return walker.refuse({ from: step, text: step.text === "" ? name : ` -> ${name}` }, { reason, cure });
}
