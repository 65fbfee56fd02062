import type { StaticScope } from "../source/static-scopes.js";
import type { FunctionInfo } from "./node.js";
import type { Step } from "./path.js";

/** The step from a function to a variable that it uses. */
export function variableStep(from: Step, name: string): Step {
  return { from, text: from.text === "" && !from.from ? name : ` -> ${name}` };
}

/** How the text around a function declares a variable that it uses; undefined where no text around it does. */
export function declaredAs(info: FunctionInfo, name: string): ReturnType<StaticScope["names"]["get"]> {
  for (const scope of info.source.surroundings()?.scopes ?? []) {
    const found = scope.names.get(name);
    if (found) return found;
  }
  return undefined;
}
