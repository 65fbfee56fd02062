import type { AssignmentProperty, Expression, Pattern } from "acorn";
import type { ClassParts } from "../source/class-parts.js";
import { isFunctionNode, textOfKey } from "../source/estree.js";
import type { Edit } from "./edit.js";

/**
 * While an object is only being given its private fields, nothing of the user's code runs: a constructor, which is then
 * called without arguments, leaves before its first parameter that computes anything. `x` is the name of the hooks.
 */
export function stampEdits(parts: ClassParts, x: string): Edit[] {
  const edits = parts.initialised.flatMap((field) => initialiserEdits(field, x));
  const { body, params = [] } = parts.constructorMethod?.value ?? {};
  const guarded = guardEdits(params, `${x}.leave(${parts.heritage ? "super()" : "this"})`, x);
  if (guarded.length > 0) return [...edits, ...guarded, ...lengthEdits(parts, x)];
  const leave = parts.heritage ? `if (${x}.stamping) { super(); return; }` : `if (${x}.stamping) return;`;
  return body ? [...edits, insertion(body.start + 1, leave)] : edits;
}

function insertion(offset: number, text: string): Edit {
  return { start: offset, end: offset, text };
}

/** The initialiser stays where it is, so that edits within it hold. */
function initialiserEdits(field: ClassParts["initialised"][number], x: string): Edit[] {
  const key = field.computed ? undefined : textOfKey(field.key);
  return guardedValue(field.value, key, `${x}.stamping ? void 0`);
}

/** A value that is computed only where the guard does not hold; a nameless function keeps the name it has from there. */
function guardedValue(value: Expression, name: string | undefined, guard: string): Edit[] {
  const isNameless = (isFunctionNode(value) || value.type === "ClassExpression") && !value.id;
  const text = JSON.stringify(name);
  const [before, after] = isNameless && name !== undefined ? [`{[${text}]: `, `}[${text}]`] : ["(", ")"];
  return [insertion(value.start, `${guard} : ${before}`), insertion(value.end, after)];
}

/** Without arguments, each parameter comes to its default value first, whatever its pattern would do with that. */
function guardEdits(params: readonly Pattern[], leave: string, x: string): Edit[] {
  const first = params.find((one) => one.type !== "Identifier");
  const guard = `${x}.stamping ? ${leave}`;
  if (first?.type === "AssignmentPattern") return guardedValue(first.right, nameIn(first.left), guard);
  if (first?.type === "RestElement") return guardRest(first.argument, leave, guard);
  return first ? [insertion(first.end, ` = ${guard} : void 0`)] : [];
}

/** What is left of no arguments is an empty list: its elements come to their default values, too. */
function guardRest(pattern: Pattern, leave: string, guard: string): Edit[] {
  if (pattern.type === "RestElement") return guardRest(pattern.argument, leave, guard);
  return partsOf(pattern).flatMap((part) => (part ? guardPart(part, leave, guard) : []));
}

function partsOf(pattern: Pattern): (Pattern | AssignmentProperty | null)[] {
  if (pattern.type === "ObjectPattern") return pattern.properties;
  return pattern.type === "ArrayPattern" ? pattern.elements : [];
}

function nameIn(pattern: Pattern): string | undefined {
  return pattern.type === "Identifier" ? pattern.name : undefined;
}

function guardPart(part: Pattern | AssignmentProperty, leave: string, guard: string): Edit[] {
  if (part.type === "Property") {
    const key = part.computed ? guardedValue(part.key, undefined, guard) : [];
    return [...key, ...guardPart(part.value, leave, guard)];
  }
  if (part.type === "RestElement") return guardRest(part.argument, leave, guard);
  if (part.type === "Identifier") return [];
  if (part.type !== "AssignmentPattern")
    return [insertion(part.end, ` = ${guard} : void 0`), ...guardRest(part, leave, guard)];
  const inner = part.left.type === "Identifier" ? [] : guardRest(part.left, leave, guard);
  return [...inner, ...guardedValue(part.right, nameIn(part.left), guard)];
}

/** A pattern that was given a default value no longer counts for the constructor's length. */
function lengthEdits({ node, constructorMethod }: ClassParts, x: string): Edit[] {
  const params = constructorMethod?.value.params ?? [];
  const end = params.findIndex(({ type }) => type === "AssignmentPattern" || type === "RestElement");
  return [insertion(node.end - 1, `;static { ${x}.length = ${end < 0 ? params.length : end}; }`)];
}
