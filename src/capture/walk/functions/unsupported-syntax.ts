import { types } from "node:util";
import type { WalkContext } from "../../graph/context.js";
import type { FunctionInfo } from "../../graph/node.js";
import type { Step } from "../../graph/path.js";
import { importerOf } from "../../identity/packages.js";
import type { Callable } from "../../types.js";
import { refusalOfSpecifier, requireOf } from "../packages/requires.js";

/** Forms of code whose meaning hangs on where they stand. */
export function refuseForms(
  walker: WalkContext,
  step: Step,
  { source, script, look, importedFiles }: FunctionInfo,
): void {
  const { directEval, importMeta, imports, requires, usesNewTarget } = source.analysis;
  if (directEval)
    refuseForm(
      walker,
      step,
      "eval",
      "it calls eval directly, so what it needs cannot be known",
      "Write the code out, or use new Function.",
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
  const imported = imports.filter((_, index) => importedFiles[index] === undefined).map((one) => one.specifier);
  const importer = importerOf(script?.url ?? "");
  // What a variable holds is looked at where it is captured.
  const unknown = look.scopes.some(({ values }) => isRequireFunction(values.require)) ? [] : requires;
  for (const specifier of [...imported, ...unknown]) {
    const refusal = specifier === undefined ? undefined : refusalOfSpecifier(specifier, importer);
    if (refusal) refuseForm(walker, step, `import(${JSON.stringify(specifier)})`, refusal.reason, refusal.hint);
  }
}

function refuseForm(walker: WalkContext, step: Step, name: string, reason: string, hint: string): never {
  return walker.refuse({ from: step, text: step.text === "" ? name : ` -> ${name}` }, { reason, hint });
}

function isRequireFunction(value: unknown): boolean {
  return typeof value === "function" && !types.isProxy(value) && requireOf(value as Callable) !== undefined;
}
