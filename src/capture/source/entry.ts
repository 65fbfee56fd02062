import type { SyntaxNode } from "./estree.js";

/**
 * Whether a call that is paused at the function's first place to stop has by then run none of the user's code, and the
 * engine can describe that place. Two forms break this: the head of a class runs before the first place to stop (what
 * it extends, computed keys, static parts), and the engine ends the whole process when it describes a pause in the
 * value that a `switch` is about (see `inSwitchTag`). Generators do not enter their bodies when called.
 */
export function pausesAtOnce(fn: SyntaxNode): boolean {
  if (fn.generator || !fn.params.every(hasPlainEntry)) return false;
  return fn.body.type !== "BlockStatement" || startOf(fn.body.body) !== "unsafe";
}

/** Arguments with which the parameters are filled without running anything of the user's. */
export function quietArguments(fn: SyntaxNode): unknown[] {
  return fn.params.map(({ type }: SyntaxNode) => (type === "ArrayPattern" ? NOTHING_TO_ITERATE : Object.create(null)));
}

const DONE = Object.freeze({ done: true, value: undefined });
const NOTHING_TO_ITERATE = Object.freeze(
  Object.assign(Object.create(null), { [Symbol.iterator]: () => ({ next: () => DONE }) }),
);

/** Names alone, or one level of a pattern of names: anything more may hold an initialiser or read from `undefined`. */
function hasPlainEntry(param: SyntaxNode): boolean {
  const isName = (node: SyntaxNode | null): boolean => node === null || node.type === "Identifier";
  switch (param.type) {
    case "Identifier":
      return true;
    case "RestElement":
      return isName(param.argument);
    case "ObjectPattern":
      return param.properties.every((one: SyntaxNode) => !one.computed && isName(one.value ?? one.argument));
    case "ArrayPattern":
      return param.elements.every((one: SyntaxNode | null) => isName(one?.type === "RestElement" ? one.argument : one));
    default:
      return false;
  }
}

/** What running some code meets first: a place to stop, something that must not be run or paused in, or neither. */
type Start = "stops" | "unsafe" | "nothing";

function startOf(statements: readonly SyntaxNode[]): Start {
  for (const statement of statements) {
    const start = startOfStatement(statement);
    if (start !== "nothing") return start;
  }
  return "nothing";
}

const STOPS = /^(Expression|Return|If|While|ForIn|ForOf|Throw|Debugger)Statement$/;
const DOES_NOTHING = /^(FunctionDeclaration|EmptyStatement)$/;

function startOfStatement(node: SyntaxNode): Start {
  if (node.directive !== undefined || DOES_NOTHING.test(node.type)) return "nothing";
  if (STOPS.test(node.type)) return "stops";
  switch (node.type) {
    case "BlockStatement":
      return startOf(node.body);
    case "LabeledStatement":
      return startOfStatement(node.body);
    case "DoWhileStatement":
      return startOfStatement(node.body) === "unsafe" ? "unsafe" : "stops";
    case "TryStatement":
      return somewhere(startOf(node.block.body));
    case "VariableDeclaration":
      return startOfDeclaration(node);
    case "ForStatement":
      return startOfLoop(node);
    case "ClassDeclaration":
      return runsNothing(node) ? "nothing" : "unsafe";
    default:
      return "unsafe";
  }
}

function startOfDeclaration({ declarations }: SyntaxNode): Start {
  return declarations.some((one: SyntaxNode) => one.init) ? "stops" : "nothing";
}

function startOfLoop({ init, test, body }: SyntaxNode): Start {
  if (init) return init.type === "VariableDeclaration" ? startOfDeclaration(init) : "stops";
  return test ? "stops" : somewhere(startOfStatement(body));
}

/** An endless loop, or a block that is left in more than one way, must have its own place to stop. */
function somewhere(start: Start): Start {
  return start === "nothing" ? "unsafe" : start;
}

function runsNothing({ superClass, body }: SyntaxNode): boolean {
  const isQuiet = (one: SyntaxNode): boolean =>
    one.type !== "StaticBlock" && !one.computed && !(one.static && one.type === "PropertyDefinition");
  return !superClass && body.body.every(isQuiet);
}
