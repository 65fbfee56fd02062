import * as acorn from "acorn";
import type { Loose } from "../types.js";
import type { SyntaxNode } from "./estree.js";

/** How a function's text has to be wrapped to be an expression; see `parseFunctionText`. */
export type Wrapping = "expression" | "method" | "classElement";

export interface ParsedFunction {
  text: string;
  wrapping: Wrapping;
  /** The function or class; for methods, their FunctionExpression. Offsets count from the start of `text`. */
  node: SyntaxNode;
  /** For methods, the Property or MethodDefinition around the function. */
  element: SyntaxNode | undefined;
}

const WRAPPINGS: { wrapping: Wrapping; before: string; after: string }[] = [
  { wrapping: "expression", before: "(", after: "\n)" },
  { wrapping: "method", before: "({", after: "\n})" },
  { wrapping: "classElement", before: "(class extends Object{", after: "\n})" },
];

/** Its types leave these out. */
const { tokContexts } = acorn as Loose;

/**
 * Two mends of how acorn tells a division from a regular expression. It takes the slash after a `yield` for a division
 * where the generator is a method, whose head has no `function`. And it learns that an `async function` is an expression
 * when it has read the next token, and then changes what that one has opened.
 */
const MendedParser = acorn.Parser.extend(
  (Base: Loose) =>
    class extends Base {
      overrideContext(context: Loose): void {
        const at = context === tokContexts.f_expr ? this.context.findLastIndex(isOfFunction) : -1;
        if (at < 0) super.overrideContext(context);
        else this.context[at] = this.context[at].generator ? tokContexts.f_expr_gen : context;
      }

      inGeneratorContext(): boolean {
        return this.inGenerator || super.inGeneratorContext();
      }

      get allowNewDotTarget(): boolean {
        return true;
      }
    } as Loose,
);

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

function isOfFunction({ token }: Loose): boolean {
  return token === "function";
}

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
  const program = tryParse(before + text + after);
  const expression = program?.body.length === 1 ? program.body[0].expression : undefined;
  if (!expression) return undefined;
  shift(expression, before.length);
  if (wrapping === "expression") {
    return FUNCTION_OR_CLASS.test(expression.type)
      ? { text, wrapping, node: expression, element: undefined }
      : undefined;
  }
  const elements = wrapping === "method" ? expression.properties : expression.body?.body;
  const element = elements?.length === 1 ? elements[0] : undefined;
  if (element?.value?.type !== "FunctionExpression") return undefined;
  return { text, wrapping, node: element.value, element };
}

const FUNCTION_OR_CLASS = /^(ArrowFunctionExpression|FunctionExpression|ClassExpression)$/;

function tryParse(source: string, options: Partial<acorn.Options> = {}): SyntaxNode | undefined {
  try {
    return MendedParser.parse(source, { ...OPTIONS, ...options }) as unknown as SyntaxNode;
  } catch {
    return undefined;
  }
}

/** Parses a whole script or module; undefined when it cannot be parsed. */
export function parseScript(source: string, isModule: boolean): SyntaxNode | undefined {
  return tryParse(source, { sourceType: isModule ? "module" : "script" });
}

/** Moves every offset so that it counts from the start of the function's own text. */
function shift(root: SyntaxNode, by: number): void {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const node = pending.pop() as Loose;
    if (typeof node.start === "number") {
      node.start -= by;
      node.end -= by;
    }
    for (const value of Object.values(node)) if (typeof value === "object" && value !== null) pending.push(value);
  }
}
