import type * as acorn from "acorn";
import {
  type ClassNode,
  eachChild,
  type FunctionNode,
  isClassNode,
  isFunctionNode,
  type MethodNode,
  type SyntaxNode,
} from "./estree.js";
import { MendedParser } from "./mended-parser.js";

/** How a function's text has to be wrapped to be an expression; see `parseFunctionText`. */
export type Wrapping = "expression" | "method" | "classElement";

export interface ParsedFunction {
  text: string;
  wrapping: Wrapping;
  /** The function or class; for methods, their FunctionExpression. Offsets count from the start of `text`. */
  node: FunctionNode | ClassNode;
  /** For methods, the Property or MethodDefinition around the function. */
  element: MethodNode | undefined;
}

const WRAPPINGS: { wrapping: Wrapping; before: string; after: string }[] = [
  { wrapping: "expression", before: "(", after: "\n)" },
  { wrapping: "method", before: "({", after: "\n})" },
  { wrapping: "classElement", before: "(class extends Object{", after: "\n})" },
];

const OPTIONS: acorn.Options = {
  ecmaVersion: "latest",
  sourceType: "script",
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
  allowImportExportEverywhere: true,
  allowSuperOutsideMethod: true,
  allowHashBang: true,
  checkPrivateFields: false,
};

/** Parses what `Function.prototype.toString` gives; undefined when it is no JavaScript (native code). */
export function parseFunctionText(text: string, likelyMethod: boolean): ParsedFunction | undefined {
  const order = likelyMethod ? [WRAPPINGS[1], WRAPPINGS[2], WRAPPINGS[0]] : WRAPPINGS;
  for (const entry of order) {
    if (!entry) continue;
    const parsed = tryWrapping(text, entry);
    if (parsed) return parsed;
  }
  return undefined;
}

function tryWrapping(
  text: string,
  { wrapping, before, after }: (typeof WRAPPINGS)[number],
): ParsedFunction | undefined {
  const [statement, more] = tryParse(before + text + after)?.body ?? [];
  if (statement?.type !== "ExpressionStatement" || more) return undefined;
  const { expression } = statement;
  shift(expression, before.length);
  if (wrapping === "expression") {
    return isFunctionNode(expression) || isClassNode(expression)
      ? { text, wrapping, node: expression, element: undefined }
      : undefined;
  }
  const element = onlyElement(expression);
  return element && isMethod(element) ? { text, wrapping, node: element.value, element } : undefined;
}

/** The element of an object literal or class that has one. */
function onlyElement(wrapped: acorn.Expression): SyntaxNode | undefined {
  const elements =
    wrapped.type === "ObjectExpression" ? wrapped.properties : isClassNode(wrapped) ? wrapped.body.body : [];
  return elements.length === 1 ? elements[0] : undefined;
}

function isMethod(element: SyntaxNode): element is MethodNode {
  const mayBe = element.type === "Property" || element.type === "MethodDefinition";
  return mayBe && element.value.type === "FunctionExpression";
}

function tryParse(source: string, options: Partial<acorn.Options> = {}): acorn.Program | undefined {
  try {
    return MendedParser.parse(source, { ...OPTIONS, ...options });
  } catch {
    return undefined;
  }
}

/** Parses a whole script or module; undefined when it cannot be parsed. */
export function parseScript(source: string, isModule: boolean): acorn.Program | undefined {
  return tryParse(source, { sourceType: isModule ? "module" : "script" });
}

/** Where the expression ends with which a text begins; undefined when none can be parsed there. */
export function endOfExpression(text: string): number | undefined {
  for (const sourceType of ["script", "module"] as const) {
    try {
      return MendedParser.parseExpressionAt(text, 0, { ...OPTIONS, sourceType }).end;
    } catch {
      // It is no expression of such a script.
    }
  }
  return undefined;
}

/** Moves every offset so that it counts from the start of the function's own text. */
function shift(root: SyntaxNode, by: number): void {
  const pending = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    node.start -= by;
    node.end -= by;
    eachChild(node, (child) => void pending.push(child));
  }
}
