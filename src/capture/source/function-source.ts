import { functionText } from "../inspect/function-text.js";
import type { Location } from "../inspect/look.js";
import type { Callable } from "../types.js";
import { analyse } from "./analyse.js";
import type { Analysis } from "./analysis.js";
import { type ClassParts, classParts } from "./class-parts.js";
import { isClassNode } from "./estree.js";
import { type ParsedFunction, parseFunctionText } from "./parse.js";
import { type Surroundings, surroundingsOf } from "./script.js";

/** Everything that the text of a function says; the same for every closure made from that text. */
export interface FunctionSource {
  text: string;
  parsed: ParsedFunction;
  analysis: Analysis;
  /** Set for classes. */
  parts: ClassParts | undefined;
  isArrow: boolean;
  /** What is around the function in its script; undefined where the script cannot be read. */
  surroundings(): Surroundings | undefined;
}

const SOURCES_KEPT = 4_000;
const byPlace = new Map<string, FunctionSource>();
const byFunction = new WeakMap<Callable, FunctionSource>();

/** The function's source, or undefined when its text is no JavaScript, or is nested too deeply. */
export function sourceOfFunction(fn: Callable, location: Location | undefined): FunctionSource | undefined {
  const known = byFunction.get(fn);
  if (known) return known;
  const text = functionText(fn);
  const place = location && `${location.scriptId}:${location.line}:${location.column}`;
  const source = (place && byPlace.get(place)) || tryRead(fn, text, location);
  if (!source || source.text !== text) return source && tryRead(fn, text, location);
  if (place) keep(place, source);
  byFunction.set(fn, source);
  return source;
}

function keep(place: string, source: FunctionSource): void {
  if (byPlace.size >= SOURCES_KEPT) byPlace.delete(byPlace.keys().next().value as string);
  byPlace.set(place, source);
}

/** Code is read by following its nesting, for which the stack may have no room. */
function tryRead(fn: Callable, text: string, location: Location | undefined): FunctionSource | undefined {
  try {
    return read(fn, text, location);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function read(fn: Callable, text: string, location: Location | undefined): FunctionSource | undefined {
  const parsed = parseFunctionText(text, !Object.hasOwn(fn, "prototype") && !/^(async\s*)?(\(|[\w$]+\s*=>)/.test(text));
  if (!parsed) return undefined;
  const parts = isClassNode(parsed.node) ? classParts(parsed.node) : undefined;
  let around: { found: Surroundings | undefined } | undefined;
  return {
    text,
    parsed,
    parts,
    analysis: analyse(parsed.node, parts?.left),
    isArrow: parsed.node.type === "ArrowFunctionExpression",
    surroundings() {
      around ??= { found: location && surroundingsOf(location) };
      return around.found;
    },
  };
}
