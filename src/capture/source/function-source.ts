import { RecentMap } from "../../util/recent-map.js";
import { functionText } from "../inspect/function-text.js";
import type { Location } from "../inspect/look.js";
import type { Callable } from "../types.js";
import { analyse } from "./analyse.js";
import type { Analysis } from "./analysis.js";
import { type ClassParts, classParts } from "./class-parts.js";
import { type FunctionNode, isClassNode, isFunctionNode } from "./estree.js";
import { type ParsedFunction, parseFunctionText } from "./parse.js";
import { type Surroundings, surroundingsOf } from "./script.js";

/** Everything that the text of a function says; the same for every closure made from that text. */
export interface FunctionSource {
  text: string;
  parsed: ParsedFunction;
  analysis: Analysis;
  /** Set for all but classes. */
  functionNode: FunctionNode | undefined;
  /** Set for classes. */
  parts: ClassParts | undefined;
  isArrow: boolean;
  /** What is around the function in its script; undefined where the script cannot be read. */
  surroundings(): Surroundings | undefined;
}

const SOURCES_KEPT = 4_000;
/** Closures of one text share what it says. */
const byPlace = new RecentMap<string, FunctionSource>(SOURCES_KEPT);
/** A function's text never changes. */
const byFunction = new WeakMap<Callable, FunctionSource>();

/** The function's source, or undefined when its text is no JavaScript, or is nested too deeply. */
export function sourceOfFunction(fn: Callable, location: Location | undefined): FunctionSource | undefined {
  const known = byFunction.get(fn);
  if (known) return known;
  const text = functionText(fn);
  const place = location && `${location.scriptId}:${location.line}:${location.column}`;
  const source = (place && byPlace.get(place)) || tryRead(fn, text, location);
  if (!source || source.text !== text) return source && tryRead(fn, text, location);
  if (place) byPlace.set(place, source);
  byFunction.set(fn, source);
  return source;
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
  const { node } = parsed;
  const parts = isClassNode(node) ? classParts(node) : undefined;
  let around: { found: Surroundings | undefined } | undefined;
  return {
    text,
    parsed,
    functionNode: isFunctionNode(node) ? node : undefined,
    parts,
    analysis: analyse(node, parts?.left),
    isArrow: node.type === "ArrowFunctionExpression",
    surroundings() {
      around ??= { found: location && surroundingsOf(location) };
      return around.found;
    },
  };
}
