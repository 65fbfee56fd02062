import type { ForStatement, Pattern, SwitchStatement, VariableDeclaration } from "acorn";
import { innerPatterns } from "./declare.js";
import {
  type ClassElementNode,
  type ClassNode,
  eachChild,
  type FunctionNode,
  isClassNode,
  isDirective,
  isFunctionNode,
  isIdentifier,
  type SyntaxNode,
} from "./estree.js";

/**
 * Whether a call that stops at the first place where the engine can stop has by then run none of the user's code, and
 * the engine can describe that place. Forms that break this: the head of a class runs before the first place to stop
 * (what it extends, computed keys, static parts), as do computed keys of parameters; and some values of a `switch` are
 * places where the engine ends the process (see `blocksPause`). A generator stops ahead of its whole body, when it is
 * asked for its first value.
 */
export function pausesAtOnce(fn: FunctionNode): boolean {
  if (fn.params.some(hasComputedKey)) return false;
  return fn.body.type !== "BlockStatement" || startOf(fn.body.body) !== "unsafe";
}

/** A pattern's keys are run at once; its default values are not, with `quietArguments`. */
function hasComputedKey(param: Pattern | null): boolean {
  if (!param) return false;
  const isOwn =
    param.type === "ObjectPattern" && param.properties.some((one) => one.type === "Property" && one.computed);
  return isOwn || innerPatterns(param).some(hasComputedKey);
}

/** Patterns with more elements than this would run their default values. */
const ELEMENTS = 1_000;

/** Answers whatever a parameter's pattern asks with itself, so that no default value is computed. */
const anything: object = new Proxy(Object.freeze(Object.create(null)), {
  get: (_target, key) => (key === Symbol.iterator ? iterate : anything),
  ownKeys: () => [],
});

function iterate(): Iterator<object> {
  let given = 0;
  return { next: () => ({ done: given++ >= ELEMENTS, value: anything }) };
}

/** Arguments with which the parameters are filled without running anything of the user's. */
export function quietArguments(fn: FunctionNode): unknown[] {
  const args = fn.params.map(() => anything);
  return fn.params.at(-1)?.type === "RestElement" ? [...args, ...new Array(ELEMENTS).fill(anything)] : args;
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
  if (isDirective(node) || DOES_NOTHING.test(node.type)) return "nothing";
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
    case "SwitchStatement":
      return blocksPause(node) ? "unsafe" : "stops";
    case "ClassDeclaration":
      return runsNothing(node) ? "nothing" : "unsafe";
    default:
      return "unsafe";
  }
}

function startOfDeclaration({ declarations }: VariableDeclaration): Start {
  return declarations.some((one) => one.init) ? "stops" : "nothing";
}

function startOfLoop({ init, test, body }: ForStatement): Start {
  if (init) return init.type === "VariableDeclaration" ? startOfDeclaration(init) : "stops";
  return test ? "stops" : somewhere(startOfStatement(body));
}

/** An endless loop, or a block that is left in more than one way, must have its own place to stop. */
function somewhere(start: Start): Start {
  return start === "nothing" ? "unsafe" : start;
}

function runsNothing({ superClass, body }: ClassNode): boolean {
  const isQuiet = (one: ClassElementNode): boolean =>
    one.type !== "StaticBlock" && !one.computed && !(one.static && one.type === "PropertyDefinition");
  return !superClass && body.body.every(isQuiet);
}

/**
 * The engine (V8 11) takes a place in the value of a `switch` for one inside the block of its cases. When that block and
 * the function around it both hold variables that inner functions use, describing the place ends the process.
 */
export function blocksPause(node: SyntaxNode): node is SwitchStatement {
  return node.type === "SwitchStatement" && node.cases.some(holdsCode);
}

function holdsCode(node: SyntaxNode): boolean {
  if (isFunctionNode(node) || isClassNode(node)) return true;
  if (node.type === "CallExpression" && isIdentifier(node.callee, "eval")) return true;
  let found = false;
  eachChild(node, (child) => {
    found ||= holdsCode(child);
  });
  return found;
}
