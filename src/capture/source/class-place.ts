import type { Location } from "../inspect/look.js";
import { type ClassElementNode, isClassElement, isClassNode, isFunctionNode, type SyntaxNode } from "./estree.js";
import { nodePath } from "./script.js";

/** Where in a class an arrow is written whose `super` and private names are that class's. */
export interface ClassPlace {
  scriptId: string;
  /** Offset of the class in its script, and of the arrow in the class. */
  classStart: number;
  offset: number;
  isStatic: boolean;
}

/** The class around an arrow, when the arrow's `this` is that of one of the class's fields, methods or static blocks. */
export function classAround(location: Location | undefined): ClassPlace | undefined {
  const path = location ? nodePath(location) : [];
  const at = path.findLastIndex(isClassNode);
  const [node, , element, ...inner] = path.slice(at);
  const arrow = path.at(-1);
  if (at < 0 || !location || !node || !arrow || !isClassElement(element) || !isOfElement(element, inner))
    return undefined;
  const isStatic = element.type === "StaticBlock" || element.static;
  return { scriptId: location.scriptId, classStart: node.start, offset: arrow.start - node.start, isStatic };
}

/** Only arrows may stand between an element's own code and the end of the path; keys are no code of the element's. */
function isOfElement(element: ClassElementNode, inner: readonly SyntaxNode[]): boolean {
  if (element.type !== "StaticBlock" && inner[0] !== element.value) return false;
  const between = element.type === "MethodDefinition" ? inner.slice(1) : inner;
  return between.every((node) => !isFunctionNode(node) || node.type === "ArrowFunctionExpression");
}

/** Offsets in their script of the classes in whose bodies a place is, innermost first: private names may be theirs. */
export function classesAround(location: Location | undefined): number[] {
  const path = location ? nodePath(location) : [];
  const around = path.filter((node, index) => isClassNode(node) && path[index + 1]?.type === "ClassBody");
  return around.map(({ start }) => start).reverse();
}

/** Offset in its script of the class that a class or method at `location` is; undefined when it cannot be read. */
export function classStartAt(location: Location | undefined): number | undefined {
  return location && nodePath(location).findLast(isClassNode)?.start;
}

/** Offset in its script of the class that the method at `location` is one of. */
export function classOfMethodAt(location: Location | undefined): number | undefined {
  const [node, , element] = location ? nodePath(location).slice(-OWN_METHOD) : [];
  return node && isClassNode(node) && element?.type === "MethodDefinition" ? node.start : undefined;
}

/** Class, body, method and function end the path of a class's own method. */
const OWN_METHOD = 4;

/**
 * Offset of what runs the class that starts at `classStart`, around a place, anew each time: a function, a loop, or the
 * field of another class; -1 when nothing does.
 */
export function runStartAt(location: Location, classStart: number | undefined): number | undefined {
  const path = nodePath(location);
  const at = path.findLastIndex((node) => isClassNode(node) && node.start === classStart);
  if (at < 0) return undefined;
  return path.slice(0, at).findLast((node) => isFunctionNode(node) || RUNS_AGAIN.test(node.type))?.start ?? -1;
}

const RUNS_AGAIN = /^(For(In|Of)?Statement|WhileStatement|DoWhileStatement|PropertyDefinition)$/;
